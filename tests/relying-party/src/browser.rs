//! The way out and back: a person who opens an address, and the listener that the provider sends them to.

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};
use url::Url;

/// Where people come back to.
pub struct Listener(TcpListener);

impl Listener {
    /// Listens at the address of `redirect_uri`.
    pub fn at(redirect_uri: &str) -> Result<Self, Box<dyn Error>> {
        let address = Url::parse(redirect_uri)?.socket_addrs(|| None)?;
        Ok(Self(TcpListener::bind(address.as_slice())?))
    }

    /// Asks for a person who opens `url`; `how` says what they do there. Returns the parameters that they bring back.
    pub fn after(&self, url: &Url, how: Value) -> Result<HashMap<String, String>, Box<dyn Error>> {
        println!(
            "{}",
            json!({"step": "open", "ok": true, "url": url.as_str(), "how": how})
        );
        let (mut stream, _) = self.0.accept()?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut header = String::new();
        while reader.read_line(&mut header)? > 2 {
            header.clear();
        }
        let answer = "You may close this window.";
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        )?;
        let target = first.split(' ').nth(1).ok_or("no request line")?;
        let back = Url::parse("http://127.0.0.1/")?.join(target)?;
        Ok(back.query_pairs().into_owned().collect())
    }
}
