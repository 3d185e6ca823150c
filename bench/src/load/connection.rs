//! One kept-alive HTTP/1.1 connection (RFC 9112), and no more of HTTP than the servers here speak.

use anyhow::{Context as _, Result, bail};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Longest answer.
const MOST: usize = 16 * 1024 * 1024;

/// A connection that is used for one exchange after the other.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// Status line and headers.
    pub head: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// The values of a header.
    pub fn headers(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        pairs
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// Where in the buffer an answer's parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    status: u16,
    body: usize,
    end: usize,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 64 * 1024],
        })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// If the connection breaks, or what comes is not an answer with a `Content-Length`.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let mut head = None;
        loop {
            if filled == self.buffer.len() {
                if filled >= MOST {
                    bail!("an answer of more than {MOST} bytes");
                }
                self.buffer.resize(filled * 2, 0);
            }
            let free = self.buffer.get_mut(filled..).unwrap_or_default();
            let read = self.stream.read(free).await?;
            if read == 0 {
                bail!("the server closed the connection");
            }
            filled += read;
            let text = self.buffer.get(..filled).unwrap_or_default();
            if head.is_none() {
                head = Head::parse(text)?;
            }
            if let Some(head) = head
                && filled >= head.end
            {
                if filled > head.end {
                    bail!("the server sent more than one answer");
                }
                let body = self.buffer.get(head.body..head.end);
                let lines = self.buffer.get(..head.body).unwrap_or_default();
                return Ok(Answer {
                    status: head.status,
                    head: std::str::from_utf8(lines).unwrap_or_default(),
                    body: body.unwrap_or_default(),
                });
            }
        }
    }
}

impl Head {
    /// The head, once all of it is there.
    fn parse(text: &[u8]) -> Result<Option<Self>> {
        let Some(end) = text.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = std::str::from_utf8(text.get(..end).unwrap_or_default())?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let status: u16 = status
            .and_then(|status| status.parse().ok())
            .context("not an HTTP answer")?;
        let length = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim())
        });
        let length: usize = match (length, status) {
            (Some(length), _) => length.parse().context("not a length")?,
            (None, 204 | 304) => 0,
            (None, _) => bail!("an answer without Content-Length"),
        };
        let body = end + 4;
        Ok(Some(Self {
            status,
            body,
            end: body + length,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let text = b"HTTP/1.1 200 OK\r\nContent-LENGTH: 5\r\nx: y\r\n\r\nhello";
        let head = Head::parse(text).unwrap().unwrap();
        assert_eq!(
            (head.status, &text[head.body..head.end]),
            (200, &b"hello"[..])
        );
        assert_eq!(Head::parse(&text[..30]).unwrap(), None);
        let empty = Head::parse(b"HTTP/1.1 204 No Content\r\n\r\n")
            .unwrap()
            .unwrap();
        assert_eq!(empty.body, empty.end);
    }

    #[test]
    fn what_is_no_such_answer_is_refused() {
        for text in [
            &b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"[..],
            b"SSH-2.0-x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        ] {
            assert!(Head::parse(text).is_err());
        }
    }
}
