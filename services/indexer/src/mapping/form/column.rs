//! Columns as TOML states them: the name alone, or a table with more.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{
    CellForm, CellTable, ChoiceForm, ChoiceTable, IdForm, IdTable, NumberForm, NumberTable,
    OnInvalid, PartForm,
};

/// A string that stands for a column, or a table. Not `untagged`: its errors would not name the key.
struct ColumnOr<T>(PhantomData<T>, fn(String) -> T);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ColumnOr<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a column, or a table")
    }

    fn visit_str<E: Error>(self, column: &str) -> Result<T, E> {
        Ok((self.1)(column.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(table))
    }
}

macro_rules! column_or_table {
    ($($form:ident($table:ident) = $of_column:expr;)*) => {$(
        impl<'de> Deserialize<'de> for $form {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let visitor = ColumnOr::<$table>(PhantomData, $of_column);
                deserializer.deserialize_any(visitor).map($form)
            }
        }
    )*};
}
column_or_table! {
    CellForm(CellTable) = |column| CellTable { name: column, split: None, part: None, null: vec![] };
    IdForm(IdTable) = |column| IdTable { column: Some(CellForm::whole(column)), ..IdTable::default() };
    ChoiceForm(ChoiceTable) = |column| ChoiceTable {
        column: Some(CellForm::whole(column)),
        ..ChoiceTable::default()
    };
    NumberForm(NumberTable) = |column| NumberTable {
        column: CellForm::whole(column),
        scale: None,
        on_invalid: OnInvalid::Refuse,
    };
}

impl CellForm {
    fn whole(column: String) -> Self {
        CellForm(CellTable {
            name: column,
            split: None,
            part: None,
            null: vec![],
        })
    }
}

impl<'de> Deserialize<'de> for PartForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Part;
        impl Visitor<'_> for Part {
            type Value = PartForm;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number that is not 0, or \"only\"")
            }

            fn visit_i64<E: Error>(self, at: i64) -> Result<PartForm, E> {
                if at == 0 {
                    Err(E::custom("parts are counted from 1"))
                } else {
                    Ok(PartForm::At(at))
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<PartForm, E> {
                if text == "only" {
                    Ok(PartForm::Only)
                } else {
                    Err(E::custom("not a part"))
                }
            }
        }
        deserializer.deserialize_any(Part)
    }
}
