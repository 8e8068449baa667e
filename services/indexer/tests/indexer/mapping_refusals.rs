use crate::bench::{Bench, TIMES, assert_counts, mapping};

const DAY: &str = "2024-06-01,2024-06-01";

#[test]
fn broken_rows_are_refused_one_by_one_with_their_line() {
    let bench = Bench::new();
    let text = mapping("[ignored]\nplace = \"no free text\"\n", TIMES);
    let csv = format!(
        "id,start,end,place\na,{DAY},\"one\ntwo\"\nb,{DAY}\n\nc,{DAY},x,y\nd,{DAY},\n\"e\n"
    );
    let summary = bench.csv(&text, csv).unwrap();
    assert_counts(&summary, 5, 2, 3);
    assert_eq!(summary.total.refusals.of("", "COLUMN_COUNT"), 3);
    let rejects = bench.rejects();
    let lines: Vec<serde_json::Value> = rejects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let positions: Vec<_> = lines
        .iter()
        .map(|line| line["position"].as_u64().unwrap())
        .collect();
    // Counted in lines of the file: the place of `a` has two.
    assert_eq!(positions, [4, 6, 8]);
    assert_eq!(lines[0]["rule"], "COLUMN_COUNT");
    assert_eq!(
        lines[0]["message"],
        "the record has another number of columns than the header"
    );
    assert!(lines[0]["input"].as_str().unwrap().ends_with("rows.csv"));
}

#[test]
fn text_that_is_not_utf8_refuses_its_row_where_it_is_used() {
    let bench = Bench::new();
    let fields = format!("{TIMES}\nnature = {{ levels = [{{ column = \"kind\" }}] }}");
    let text = mapping("[ignored]\nplace = \"no free text\"\n", &fields);
    let csv = [
        b"id,start,end,kind,place\n".as_slice(),
        b"a,2024-06-01,2024-06-01,f\xeate,x\n",
        b"b,2024-06-01,2024-06-01,fete,caf\xe9\n",
    ]
    .concat();
    let summary = bench.csv(&text, csv).unwrap();
    assert_counts(&summary, 2, 1, 1);
    assert_eq!(summary.total.refusals.of("nature", "NOT_UTF8"), 1);
}

#[test]
fn a_quote_that_is_never_closed_ends_the_run_and_not_the_memory() {
    let bench = Bench::new();
    let mut csv = format!("id,start,end\na,{DAY}\n\"b,{DAY}\n").into_bytes();
    csv.resize(3 << 20, b'x');
    let error = bench.csv(&mapping("", TIMES), csv).unwrap_err().to_string();
    assert!(error.contains("is a quote not closed?"), "{error}");
    assert!(!bench.is_published());
}

#[test]
fn corrections_of_a_refused_row_are_not_counted() {
    let bench = Bench::new();
    let fields =
        format!("{TIMES}\nparticipants = {{ best = \"best\" }}\nfootprint_area_m2 = \"area\"");
    let csv = format!("id,start,end,best,area\na,{DAY},1.5,\nb,{DAY},1.5,-3\n");
    let summary = bench.csv(&mapping("", &fields), csv).unwrap();
    assert_counts(&summary, 2, 1, 1);
    assert_eq!(
        summary
            .total
            .refusals
            .of("footprint_area_m2", "NOT_POSITIVE"),
        1
    );
    assert_eq!(
        summary.total.corrections.of("participants.best", "ROUNDED"),
        1
    );
}
