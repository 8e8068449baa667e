//! Where a file is: at a path, or behind a URL.

use std::fmt;
use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use url::Url;

use super::SourceError;
use super::remote::{FetchError, fetch};

/// Schemes of URLs whose files are fetched.
const REMOTE_SCHEMES: [&str; 4] = ["s3", "s3a", "http", "https"];

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// On this machine.
    Path(PathBuf),
    /// In an object store, or at a web server.
    Remote(Url),
}

/// A file to read.
#[derive(Debug)]
pub(crate) struct InputFile {
    /// Its path, or its URL, which has no credentials in it.
    name: PathBuf,
    /// Its bytes, if they were fetched: in a nameless file.
    fetched: Option<File>,
}

/// Why a URL is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    /// Not a URL.
    #[error("is no URL")]
    Malformed,
    /// A scheme that is not read.
    #[error("has a scheme that is not read; file, s3, http and https are")]
    Scheme,
    /// A user or a password.
    #[error("has credentials in it; they belong in the environment (AWS_*)")]
    Credentials,
    /// What no object is named by.
    #[error("has a query or a fragment, which name no object")]
    Query,
    /// A file URL that is no path of this machine.
    #[error("is no path of this machine")]
    NoPath,
}

impl Location {
    /// Of a path or a URL.
    pub(crate) fn new(stated: &Path) -> Result<Self, SourceError> {
        let text = stated.to_str().filter(|text| text.contains("://"));
        let Some(text) = text else {
            return Ok(Location::Path(stated.to_owned()));
        };
        parse(text).map_err(|problem| SourceError::Url {
            path: PathBuf::from(Label(text).to_string()),
            problem,
        })
    }

    /// As it is told in messages.
    pub(crate) fn name(&self) -> PathBuf {
        match self {
            Location::Path(path) => path.clone(),
            Location::Remote(url) => PathBuf::from(url.as_str()),
        }
    }
}

fn parse(text: &str) -> Result<Location, UrlProblem> {
    let url = Url::parse(text).map_err(|_| UrlProblem::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlProblem::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlProblem::Query);
    }
    if url.scheme() == "file" {
        let path = url.to_file_path().map_err(|()| UrlProblem::NoPath)?;
        return Ok(Location::Path(path));
    }
    if REMOTE_SCHEMES.contains(&url.scheme()) {
        Ok(Location::Remote(url))
    } else {
        Err(UrlProblem::Scheme)
    }
}

/// What is told of a URL that is not read: nothing that could be a credential.
struct Label<'a>(&'a str);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", self.0));
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        write!(f, "{scheme}://{}", &rest[..end])
    }
}

impl InputFile {
    /// Finds a file by its path or URL; what is behind a URL is fetched, unless the work is given up.
    pub(crate) fn locate(
        stated: &Path,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Self, SourceError> {
        let location = Location::new(stated)?;
        let name = location.name();
        let fetched = match &location {
            Location::Path(_) => None,
            Location::Remote(url) => Some(fetch(url, is_given_up)),
        };
        match fetched.transpose() {
            Ok(fetched) => Ok(InputFile { name, fetched }),
            Err(source) => Err(SourceError::Fetch { path: name, source }),
        }
    }

    /// A file of this machine.
    pub(crate) fn at(path: &Path) -> Self {
        InputFile {
            name: path.to_owned(),
            fetched: None,
        }
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    /// Opens it at its beginning. Of a fetched file one reading ends the one before.
    pub(crate) fn open(&self) -> io::Result<File> {
        match &self.fetched {
            None => File::open(&self.name),
            Some(fetched) => {
                let mut file = fetched.try_clone()?;
                file.rewind()?;
                Ok(file)
            }
        }
    }

    /// Its length; 0 if that is not known.
    pub(crate) fn bytes(&self) -> u64 {
        let metadata = match &self.fetched {
            None => self.name.metadata(),
            Some(fetched) => fetched.metadata(),
        };
        metadata.map_or(0, |file| file.len())
    }
}

/// Looks whether what is behind a URL is there.
pub(crate) fn probe(location: &Location) -> Result<(), SourceError> {
    let Location::Remote(url) = location else {
        return Ok(());
    };
    let found = super::remote::probe(url);
    found.map_err(|source: FetchError| SourceError::Fetch {
        path: location.name(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match Location::new(Path::new(text)) {
            Ok(Location::Path(path)) => format!("path {}", path.display()),
            Ok(Location::Remote(url)) => format!("remote {url}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_path_is_one_and_a_url_is_told_by_its_scheme() {
        assert_eq!(check("a b/c.csv"), "path a b/c.csv");
        assert_eq!(check("file:///tmp/a%20b"), "path /tmp/a b");
        assert_eq!(check("s3://bucket/a/b.csv"), "remote s3://bucket/a/b.csv");
        assert_eq!(check("http://h:80/x"), "remote http://h/x");
        let scheme = "has a scheme that is not read; file, s3, http and https are";
        assert_eq!(check("ftp://h/x"), format!("ftp://h/x: {scheme}"));
        assert_eq!(
            check("file://h/x"),
            "file://h/x: is no path of this machine"
        );
        assert_eq!(check("http://"), "http://: is no URL");
    }

    #[test]
    fn credentials_are_refused_and_not_told() {
        for text in [
            "https://me:secret@h/x",
            "s3://key:sec@ret@bucket/x",
            "https://h/x?signature=secret",
            "https://h/x#secret",
            "ftp://me:secret@h/x",
            "https://me:secret@:99999999/x",
        ] {
            let told = check(text);
            assert!(
                !told.contains("sec") && !told.starts_with("remote"),
                "{told}"
            );
        }
    }
}
