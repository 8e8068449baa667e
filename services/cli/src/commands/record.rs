//! `sosie record`: what the algorithm is.

use std::io::Write;

use clap::{Args, ValueEnum};
use sosie_proto::pb;

use crate::args::{EndpointArgs, LanguageArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table;
use crate::view::RecordView;

/// Tell what the algorithm is: a document for people, or for a register of algorithms
///
/// Purpose, role, data, rules with their weights, operations and limits, made from what the service runs on. The
/// document is written to stdout as it is. What a register asks for and nobody stated is listed on stderr, with
/// the key of the declaration (deploy/declaration.toml) where the city can state it.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct RecordArgs {
    /// Profile: `tranquillity` is its newest revision, `tranquillity@1` that one
    #[arg(long, value_name = "NAME", default_value = "tranquillity")]
    profile: String,
    /// The form of the document
    #[arg(long, value_enum, value_name = "FORM", default_value = "markdown")]
    form: FormArg,
    #[command(flatten)]
    language: LanguageArgs,
}

/// The form of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormArg {
    /// Markdown, in the language asked for.
    Markdown,
    /// JSON, every text in both languages.
    Json,
    /// The French inventory of algorithms, as Etalab describes it: JSON, in French.
    Etalab,
    /// The UK Algorithmic Transparency Recording Standard: JSON, in English.
    Atrs,
    /// The Dutch register of algorithms: JSON, in Dutch.
    Dutch,
}

const EXAMPLES: &str = "\
Examples:
  sosie record > record.md
  sosie record --language fr --profile tranquillity@1
  The entry of a register, and what is missing in it:
    sosie record --form etalab > etalab.json 2> missing.txt
  The document, its media type, what is missing and the receipt, for programs:
    sosie record --form atrs --json";

impl From<FormArg> for pb::RecordForm {
    fn from(form: FormArg) -> Self {
        match form {
            FormArg::Markdown => pb::RecordForm::Markdown,
            FormArg::Json => pb::RecordForm::Json,
            FormArg::Etalab => pb::RecordForm::Etalab,
            FormArg::Atrs => pb::RecordForm::Atrs,
            FormArg::Dutch => pb::RecordForm::DutchRegister,
        }
    }
}

/// Asks and shows.
///
/// # Errors
/// What the call fails with.
pub(crate) async fn run(
    args: &RecordArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let request = pb::GetAlgorithmRecordRequest {
        profile: args.profile.clone(),
        form: pb::RecordForm::from(args.form).into(),
        language: args.language.language().into(),
    };
    let client = Client::connect(endpoint).await?;
    let response = client.transparency().get_algorithm_record(request).await?;
    let response = response.into_inner();
    if out.is_json() {
        return out.document(&RecordView::from(&response));
    }
    writeln!(out, "{}", response.document.trim_end_matches('\n'))?;
    out.flush()?;
    Ok(table::missing::write(
        &mut anstream::stderr(),
        &response.missing_fields,
    )?)
}
