//! A way to a server that can be held up, with all its connections open.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What stands between a client and its server.
pub struct Relay {
    /// The server's address, through here.
    pub address: String,
    stands_still: Arc<AtomicBool>,
}

impl Relay {
    /// A relay to the PostgreSQL server of an address on loopback.
    pub fn to(address: &str) -> Self {
        let port: u16 = port_of(address).parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port().to_string();
        let stands_still = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stands_still);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
                let (back, forth) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let flags = [Arc::clone(&flag), Arc::clone(&flag)];
                let [one, other] = flags;
                thread::spawn(move || carry(client, forth, &one));
                thread::spawn(move || carry(server, back, &other));
            }
        });
        Self {
            address: address.replace(port_of(address), &own),
            stands_still,
        }
    }

    /// Whether nothing passes from now on.
    pub fn stand_still(&self, stands: bool) {
        self.stands_still.store(stands, Ordering::SeqCst);
    }
}

fn port_of(address: &str) -> &str {
    let (_, rest) = address.rsplit_once(':').unwrap();
    rest.split('/').next().unwrap()
}

fn carry(mut from: TcpStream, mut to: TcpStream, stands_still: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        while stands_still.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(5));
        }
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
