//! A server on loopback that answers as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// What a server does with a path.
pub(super) type Answer = fn(&str, &mut TcpStream);

/// Starts a server and gives its address, with a slash at the end. It ends with the test process.
pub(super) fn start(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { break };
            thread::spawn(move || {
                let mut request = BufReader::new(stream.try_clone().expect("a second handle"));
                let mut first = String::new();
                request.read_line(&mut first).expect("a request");
                let mut line = String::new();
                while request.read_line(&mut line).is_ok_and(|size| size > 2) {
                    line.clear();
                }
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                answer(&path, &mut stream);
            });
        }
    });
    address
}

/// Writes a whole answer. The client may have hung up already.
pub(super) fn send(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

/// Longer than any test waits.
pub(super) fn sleep() {
    thread::sleep(Duration::from_secs(20));
}
