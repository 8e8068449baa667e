//! Makes the Rust code of the contract from `proto/`, with no `protoc` on the machine.

use std::{env, error::Error, fs, path::PathBuf};

/// The contract, seen from this crate.
const PROTO_DIR: &str = "../../proto";
const PACKAGE_DIR: &str = "../../proto/sosie/v1";
/// `src/lib.rs` embeds it under this name.
const DESCRIPTOR_FILE: &str = "sosie_descriptor.bin";

fn main() -> Result<(), Box<dyn Error>> {
    // The folder, not the files: a file that is added has to be seen too.
    println!("cargo::rerun-if-changed={PROTO_DIR}");
    let mut compiler = protox::Compiler::new([PROTO_DIR])?;
    // Reflection clients resolve the well-known types from the same set.
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(proto_files()?)?;

    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(
        out_dir.join(DESCRIPTOR_FILE),
        compiler.encode_file_descriptor_set(),
    )?;

    // The codec looks a request up in the descriptor set by its name.
    let mut prost = tonic_prost_build::Config::new();
    prost.enable_type_names();
    tonic_prost_build::configure()
        .codec_path("crate::StrictCodec")
        // A hash map has another order in every run; the same answer has to give the same bytes.
        .btree_map(".")
        .compile_fds_with_config(compiler.file_descriptor_set(), prost)?;
    Ok(())
}

/// Every file of the package, in name order, so that the generated code does not depend on the file system.
fn proto_files() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(PACKAGE_DIR)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
