//! Servers of files on this machine: S3 on a directory, and web servers that misbehave.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;

pub(crate) const KEY: &str = "the-key";
pub(crate) const SECRET: &str = "the-secret-of-the-key";

/// An S3 server on a directory whose directories are its buckets. It runs until the test ends.
pub(crate) struct S3 {
    root: PathBuf,
    addr: SocketAddr,
}

impl S3 {
    pub(crate) fn start(root: &Path) -> S3 {
        std::fs::create_dir_all(root).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(root).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                loop {
                    let (socket, _) = listener.accept().await.unwrap();
                    let service = service.clone();
                    tokio::spawn(async move {
                        let http = hyper::server::conn::http1::Builder::new();
                        // A client that leaves is none of the server's business.
                        let _ = http.serve_connection(TokioIo::new(socket), service).await;
                    });
                }
            });
        });
        S3 {
            root: root.to_owned(),
            addr,
        }
    }

    /// Puts an object into a bucket.
    pub(crate) fn put(&self, bucket: &str, key: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.root.join(bucket).join(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        format!("s3://{bucket}/{key}")
    }

    /// The environment in which a program finds it.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT", format!("http://{}", self.addr)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }
}

/// A web server that answers each request, given its head, by writing to the connection, which is closed then.
pub(crate) fn web(answer: impl Fn(&str, &mut TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let reader = BufReader::new(connection.try_clone().unwrap());
            let head = reader.lines().map_while(Result::ok);
            let head: Vec<_> = head.take_while(|line| !line.is_empty()).collect();
            answer(&head.join("\n"), &mut connection);
        }
    });
    addr
}

/// Answers with a file, of which only the first bytes come at a time.
pub(crate) fn send_cut(head: &str, connection: &mut TcpStream, bytes: &[u8], at_most: usize) {
    let range = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": bytes=")?;
        let (first, _) = value.split_once('-')?;
        name.eq_ignore_ascii_case("range")
            .then(|| first.parse().unwrap())
    });
    let (first, length) = (range.unwrap_or(0), bytes.len());
    let status = match range {
        None => "200 OK".to_owned(),
        Some(first) => format!(
            "206 Partial Content\r\ncontent-range: bytes {first}-{}/{length}",
            length - 1
        ),
    };
    let rest = &bytes[first..];
    let head = format!(
        "HTTP/1.1 {status}\r\netag: \"one\"\r\nlast-modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        rest.len()
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection
        .write_all(&rest[..rest.len().min(at_most)])
        .unwrap();
}
