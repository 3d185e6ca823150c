//! A client of HTTP/1.1 that knows exactly what was sent and what was answered: one connection, one
//! request at a time, and nothing is ever sent twice.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Longest wait for an answer: longer than the server waits for anything.
const PATIENCE: Duration = Duration::from_secs(90);

/// A connection that is opened when it is needed.
pub(crate) struct Http {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) media_type: &'static str,
    pub(crate) body: String,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: bool,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// Nobody listens: nothing was sent.
    Unsent,
    /// The request may have been read, or not.
    Unknown,
}

impl Http {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// Sends a request and reads its answer.
    pub(crate) fn send(&mut self, request: &Request) -> Result<Answer, Lost> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect().map_err(|_| Lost::Unsent)?,
        };
        let (answer, stream) = exchange(stream, request).map_err(|_| Lost::Unknown)?;
        self.stream = stream;
        Ok(answer)
    }

    fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }
}

/// The answer, and the connection if it can be used again.
fn exchange(
    mut stream: BufReader<TcpStream>,
    request: &Request,
) -> Result<(Answer, Option<BufReader<TcpStream>>)> {
    stream.get_mut().write_all(written(request).as_bytes())?;
    let line = line(&mut stream)?;
    let status = line.split(' ').nth(1).context("no status")?.parse()?;
    let (mut length, mut retry_after, mut closes) = (0, false, false);
    loop {
        let line = self::line(&mut stream)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        match (name.to_ascii_lowercase().as_str(), value.trim()) {
            ("content-length", value) => length = value.parse()?,
            ("retry-after", value) => retry_after = value.parse::<u32>().is_ok(),
            ("connection", value) => closes = value.eq_ignore_ascii_case("close"),
            ("transfer-encoding", _) => bail!("an answer of unknown length"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let answer = Answer {
        status,
        retry_after,
        body: String::from_utf8(body)?,
    };
    Ok((answer, (!closes).then_some(stream)))
}

fn line(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        bail!("closed");
    }
    Ok(line.trim_end().to_owned())
}

fn written(request: &Request) -> String {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: x\r\n",
        request.method, request.path
    );
    if !request.authorization.is_empty() {
        head += &format!("Authorization: {}\r\n", request.authorization);
    }
    if request.method != "GET" {
        let length = request.body.len();
        head += &format!("Content-Length: {length}\r\n");
    }
    if !request.body.is_empty() {
        head += &format!("Content-Type: {}\r\n", request.media_type);
    }
    format!("{head}\r\n{}", request.body)
}
