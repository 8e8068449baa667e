//! Inputs that are URLs: read as the same files are, or refused by name and without credentials.

mod servers;

use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::bench::{Bench, TIMES, line, mapping};
use servers::{KEY, S3, SECRET, send_cut, web};

/// `sosie-indexer reindex` of these inputs, publishing into a directory of the bench.
fn reindex(
    bench: &Bench,
    environment: &[(&str, String)],
    generations: &str,
    inputs: &[&str],
) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-indexer"));
    command
        .current_dir(bench.path(""))
        .args(["reindex", "--json"]);
    command.args(["--generations", generations]).args(inputs);
    let environment = environment
        .iter()
        .map(|(name, value)| (name, value.as_str()));
    command.envs(environment).output().unwrap()
}

fn summary(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What the run says that failed.
fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!told.contains(SECRET) && !told.contains(KEY), "{told}");
    told
}

fn content_digests(bench: &Bench, generations: &[&str]) -> Vec<Value> {
    let digest = |generations: &&str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-indexer"));
        command.current_dir(bench.path(""));
        command.args(["generations", "--json", "--generations", generations]);
        let listed: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        listed[0]["content_digest"].clone()
    };
    generations.iter().map(digest).collect()
}

/// Events that fill several of the parts in which a body comes, and state when they became known.
fn lines(count: usize) -> String {
    let known = r#","known_time":"2024-06-02T00:00:00Z""#;
    (0..count).map(|n| line(&format!("e-{n}"), known)).collect()
}

#[test]
fn what_s3_serves_is_read_as_the_same_files_are() {
    let bench = Bench::new();
    let s3 = S3::start(&bench.path("s3"));
    let features = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"f","properties":{"start":"2024-06-01","end":"2024-06-02"},"geometry":null}]}"#;
    let mapping_of_features = mapping("", TIMES)
        .replace("\"csv\"", "\"geojson\"")
        .replace("event_id = \"id\"", "event_id = \"@id\"");
    bench.write("csv.toml", mapping("", TIMES));
    bench.write("geojson.toml", mapping_of_features);
    let files = [
        ("--ndjson", "", "a.ndjson", lines(20_000)),
        (
            "--mapped",
            "csv.toml",
            "b c.csv",
            "id,start,end\nz,2024-06-01,2024-06-01\n".to_owned(),
        ),
        ("--mapped", "geojson.toml", "d.geojson", features.to_owned()),
    ];
    let (mut local, mut remote) = (Vec::new(), Vec::new());
    for (flag, mapping, name, text) in files {
        bench.write(name, &text);
        let url = s3
            .put("city", &format!("2024/{name}"), text)
            .replace(' ', "%20");
        let with = |file: String| [flag.to_owned(), mapping.to_owned(), file].into_iter();
        local.extend(with(name.to_owned()).filter(|word| !word.is_empty()));
        remote.extend(with(url).filter(|word| !word.is_empty()));
    }
    let words = |words: &[String]| {
        words
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let run = |generations: &str, inputs: &[String]| {
        let inputs = words(inputs);
        let inputs: Vec<_> = inputs.split('\n').collect();
        summary(&reindex(&bench, &s3.environment(), generations, &inputs))
    };
    let (local, remote) = (run("local", &local), run("remote", &remote));
    assert_eq!(remote["event_count"], 20_002);
    let sha256s = |summary: &Value| {
        let inputs = summary["inputs"].as_array().unwrap().iter();
        inputs
            .map(|input| input["sha256"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(sha256s(&remote), sha256s(&local));
    assert_eq!(remote["inputs"][0]["file"], "s3://city/2024/a.ndjson");
    let digests = content_digests(&bench, &["local", "remote"]);
    assert_eq!(digests[0], digests[1]);
    assert_ne!(digests[0], Value::Null);
}

#[test]
fn what_s3_does_not_have_or_does_not_give_is_named_without_credentials() {
    let bench = Bench::new();
    let s3 = S3::start(&bench.path("s3"));
    let there = s3.put("city", "a.ndjson", lines(1));
    let told = error(&reindex(
        &bench,
        &s3.environment(),
        "g",
        &["--ndjson", "s3://city/b.ndjson"],
    ));
    assert!(told.contains("s3://city/b.ndjson: is not there"), "{told}");
    let told = error(&reindex(
        &bench,
        &s3.environment(),
        "g",
        &["--ndjson", "s3://town/a.ndjson"],
    ));
    assert!(told.contains("s3://town/a.ndjson: is not there"), "{told}");
    let mut other = s3.environment();
    other.push(("AWS_SECRET_ACCESS_KEY", "another".to_owned()));
    let told = error(&reindex(&bench, &other, "g", &["--ndjson", &there]));
    assert!(
        told.contains("s3://city/a.ndjson: access is denied"),
        "{told}"
    );
    let mut nowhere = s3.environment();
    // Port 9 is nobody's here: bound and closed at once would be a race.
    nowhere.push(("AWS_ENDPOINT", "http://127.0.0.1:9".to_owned()));
    let told = error(&reindex(&bench, &nowhere, "g", &["--ndjson", &there]));
    assert!(
        told.contains("s3://city/a.ndjson: could not be fetched: "),
        "{told}"
    );
    assert!(told.contains("refused"), "{told}");
}

#[test]
fn a_file_url_is_its_path() {
    let bench = Bench::new();
    let path = bench.write("a b.ndjson", lines(3));
    let url = format!("file://{}", path.to_str().unwrap().replace(' ', "%20"));
    let summary = summary(&reindex(&bench, &[], "g", &["--ndjson", &url]));
    assert_eq!(summary["event_count"], 3);
}

#[test]
fn a_connection_that_is_cut_is_gone_on_with_where_it_was() {
    let bench = Bench::new();
    let text = lines(2_000);
    let requests = Arc::new(AtomicUsize::new(0));
    let (served, counted) = (text.clone(), requests.clone());
    let addr = web(move |head, connection| {
        counted.fetch_add(1, Ordering::SeqCst);
        send_cut(head, connection, served.as_bytes(), 200_000);
    });
    let url = format!("http://{addr}/events.ndjson");
    let summary = summary(&reindex(&bench, &[], "g", &["--ndjson", &url]));
    assert_eq!(summary["event_count"], 2_000);
    assert!(requests.load(Ordering::SeqCst) > 1, "it was never cut");
}

#[test]
fn one_that_is_cut_again_and_again_is_an_error_and_publishes_nothing() {
    let bench = Bench::new();
    let text = lines(2_000);
    let addr = web(move |head, connection| send_cut(head, connection, text.as_bytes(), 100));
    let url = format!("http://{addr}/events.ndjson");
    let told = error(&reindex(&bench, &[], "g", &["--ndjson", &url]));
    assert!(
        told.contains(&format!("{url}: could not be fetched: ")),
        "{told}"
    );
    assert!(!bench.path("g").join("CURRENT").exists());
}

#[test]
fn a_server_that_fails_is_told_by_its_status_and_not_by_what_it_sent() {
    let bench = Bench::new();
    let addr = web(|_, connection| {
        use std::io::Write;
        let answer =
            "HTTP/1.1 418 I'm a teapot\r\ncontent-length: 6\r\nconnection: close\r\n\r\nsecret";
        connection.write_all(answer.as_bytes()).unwrap();
    });
    let url = format!("http://{addr}/events.ndjson");
    let told = error(&reindex(&bench, &[], "g", &["--ndjson", &url]));
    assert!(told.contains("the server answered 418"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn a_url_with_credentials_is_refused_without_telling_them() {
    let bench = Bench::new();
    let url = format!("https://{KEY}:{SECRET}@127.0.0.1/events.ndjson");
    let told = error(&reindex(&bench, &[], "g", &["--ndjson", &url]));
    assert!(
        told.contains("https://127.0.0.1/events.ndjson: has credentials in it"),
        "{told}"
    );
}
