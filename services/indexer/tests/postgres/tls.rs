//! TLS: the certificate of the server is checked.

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::cluster::Cluster;
use crate::fixture::{Indexer, dir};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_trusted_by_the_configured_certificates_alone() {
    let Some(mut cluster) = Cluster::made() else {
        return;
    };
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = cluster.file("server.crt", &cert.pem());
    let key = cluster.file("server.key", &signing_key.serialize_pem());
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for setting in [
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", certificate.display()),
        format!("ssl_key_file={}", key.display()),
        "listen_addresses=127.0.0.1".to_owned(),
    ] {
        cluster.set(setting);
    }
    // On its socket, of the same port, there is no TLS.
    let url = format!(
        "host=localhost hostaddr=127.0.0.1 port={port} user=sosie dbname=postgres sslmode=require"
    );
    cluster.set_port(port);
    let cluster = cluster.running().await;
    cluster
        .client()
        .await
        .batch_execute("create table t (other text)")
        .await
        .unwrap();
    let told = async |url: &str, form: &str| {
        let dir = dir();
        let indexer = Indexer::open(dir.path(), url, &format!("table = \"t\"\n{form}")).await;
        indexer.source.catch_up().await.unwrap_err().to_string()
    };
    let trusting = format!("tls_ca_file = \"{}\"", certificate.display());
    // It got so far as to see the columns.
    assert!(told(&url, &trusting).await.contains("no field of an event"));
    assert!(told(&url, "").await.starts_with("connection: TLS failed"));
    let without_tls = format!("{} sslmode=require", cluster.url());
    assert!(
        told(&without_tls, &trusting)
            .await
            .starts_with("connection: TLS failed")
    );
}
