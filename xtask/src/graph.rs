//! Who may depend on whom.

use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::root;

/// Crates of the workspace with what must never be among their normal dependencies, however deep.
const FORBIDDEN: &[(&str, &[&str])] = &[
    // The domain does no I/O, knows no wire and no engine.
    (
        "sosie-similarity",
        &[
            "tokio",
            "tonic",
            "prost",
            "tantivy",
            "serde",
            "serde_core",
            "serde_json",
            "sosie-index",
            "sosie-proto",
        ],
    ),
    // The index blocks, and never sees a protobuf message.
    (
        "sosie-index",
        &[
            "tokio",
            "tonic",
            "prost",
            "redb",
            "sosie-proto",
            "sosie-store",
        ],
    ),
    // The store of record blocks, and knows no message either.
    (
        "sosie-store",
        &["tokio", "tonic", "prost", "sosie-proto", "sosie-synthetic"],
    ),
    // The wire never sees the index, nor the store.
    (
        "sosie-proto",
        &["tantivy", "redb", "sosie-index", "sosie-store"],
    ),
    // What both processes serve with knows neither what they read nor what they write.
    (
        "sosie-rpc",
        &["tantivy", "redb", "sosie-index", "sosie-store"],
    ),
    // Made-up events know the domain only, so that whatever is measured can be measured with them.
    (
        "sosie-synthetic",
        &[
            "tokio",
            "tonic",
            "prost",
            "tantivy",
            "serde",
            "serde_core",
            "serde_json",
            "sosie-index",
            "sosie-proto",
        ],
    ),
    // What guards, records and documents is pure, or knows no wire and no engine.
    (
        "sosie-guard",
        &[
            "tokio",
            "tonic",
            "prost",
            "tantivy",
            "sosie-index",
            "sosie-proto",
            "sosie-synthetic",
        ],
    ),
    (
        "sosie-audit",
        &[
            "tokio",
            "tonic",
            "prost",
            "tantivy",
            "sosie-index",
            "sosie-proto",
        ],
    ),
    (
        "sosie-transparency",
        &[
            "tokio",
            "tonic",
            "prost",
            "tantivy",
            "sosie-index",
            "sosie-proto",
            "sosie-synthetic",
        ],
    ),
    // The read process can't write, the write process serves no queries, neither makes events up.
    (
        "sosie-query",
        &["redb", "sosie-indexer", "sosie-store", "sosie-synthetic"],
    ),
    ("sosie-indexer", &["sosie-query", "sosie-synthetic"]),
];

/// Checks every row of [`FORBIDDEN`], and that each crate named is really there to be checked.
pub(crate) fn check() -> anyhow::Result<()> {
    let mut broken = Vec::new();
    for (package, forbidden) in FORBIDDEN {
        let tree = dependencies(package)?;
        ensure!(
            tree.iter().any(|name| name == package),
            "`{package}` is not in its own tree"
        );
        let found = forbidden
            .iter()
            .filter(|name| tree.iter().any(|other| other == *name));
        broken.extend(found.map(|name| format!("{package} depends on {name}")));
    }
    if !broken.is_empty() {
        bail!(
            "the dependency graph breaks its invariants: {}",
            broken.join(", ")
        );
    }
    eprintln!(
        "the dependency graph keeps its {} invariants",
        FORBIDDEN.len()
    );
    Ok(())
}

/// Names of all normal dependencies of a package, itself first.
fn dependencies(package: &str) -> anyhow::Result<Vec<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let args = [
        "tree", "--locked", "-p", package, "-e", "normal", "--prefix", "none", "-f", "{p}",
    ];
    let output = Command::new(cargo).args(args).current_dir(root()).output();
    let output = output.context("cargo tree can't be started")?;
    ensure!(output.status.success(), "cargo tree -p {package} failed");
    let text = String::from_utf8(output.stdout).context("cargo tree printed no UTF-8")?;
    let names = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names.map(str::to_owned).collect())
}
