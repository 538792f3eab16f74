//! A gigabyte through the client, both ways and over both transports, in little memory.
//!
//! Memory belongs to a whole process, so this program starts itself again: once as the server, and once for each case. A
//! case measures the peak of its own process above the state before, in which the client has made one small call.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::pin::Pin;
    use std::process::{Child, Command, Stdio};
    use std::task::{Context, Poll};
    use std::{env, fs, thread};

    use bytes::Bytes;
    use qelos_client::auth::Public;
    use qelos_client::futures_core::Stream;
    use qelos_client::multipart::File;
    use qelos_client::transport::{HyperTransport, ReqwestTransport};
    use qelos_client::{Client, Download, Endpoint, Transport, Upload};

    const GIGABYTE: u64 = 1 << 30;
    /// How much a case may take, in kilobytes.
    const ALLOWED: u64 = 32 * 1024;
    const CASES: &[&str] = &["download", "upload", "form"];

    /// So many bytes.
    #[derive(Endpoint)]
    #[endpoint(GET, "/content/{bytes}", response = Download, auth = Public)]
    struct Get {
        bytes: u64,
    }

    /// Returns the number of bytes that have arrived.
    #[derive(Endpoint)]
    #[endpoint(PUT, "/content", response = u64, auth = Public)]
    struct Put {
        #[endpoint(raw)]
        content: Upload,
    }

    /// Returns the number of bytes that have arrived.
    #[derive(Endpoint)]
    #[endpoint(POST, "/form", response = u64, auth = Public)]
    struct Add {
        #[endpoint(part)]
        file: File,
    }

    pub(crate) fn main() {
        let arguments: Vec<_> = env::args().skip(1).collect();
        match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["server"] => serve(),
            ["case", "hyper", case, url] => run(HyperTransport::new().unwrap(), case, url),
            ["case", "reqwest", case, url] => run(ReqwestTransport::new().unwrap(), case, url),
            // Those of `cargo test` select among tests: there is one here.
            _ => all(),
        }
    }

    fn all() {
        let mut server = this_program(&["server"]).stdout(Stdio::piped()).spawn().unwrap();
        let url = BufReader::new(server.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let _server = Killed(server);
        for transport in ["hyper", "reqwest"] {
            for case in CASES {
                let status = this_program(&["case", transport, case, &url]).status().unwrap();
                assert!(status.success(), "{case} over {transport}");
            }
        }
    }

    fn this_program(arguments: &[&str]) -> Command {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(arguments);
        command
    }

    /// A process that ends with its value.
    struct Killed(Child);

    impl Drop for Killed {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[tokio::main(flavor = "current_thread")]
    async fn run(transport: impl Transport, case: &str, url: &str) {
        let client = Client::builder(url).transport(transport).build().unwrap();
        let call = async |bytes: u64| {
            let content = Upload::from_fn(move || Zeros(bytes)).with_length(bytes);
            match case {
                "download" => {
                    let mut download = client.call(&Get { bytes }).await.unwrap();
                    let mut length = 0;
                    while let Some(chunk) = download.next().await {
                        length += chunk.unwrap().len() as u64;
                    }
                    assert_eq!(length, bytes);
                }
                "upload" => assert_eq!(client.call(&Put { content }).await.unwrap(), bytes),
                _ => {
                    let length = client.call(&Add { file: File::new("zeros", content) }).await.unwrap();
                    assert!(length > bytes);
                }
            }
        };
        call(1).await;
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = kilobytes("VmHWM");
        call(GIGABYTE).await;
        let grown = kilobytes("VmHWM") - before;
        println!("{case}: {grown} kB more than the {before} kB before");
        assert!(grown < ALLOWED, "{case}: {grown} kB more than the {before} kB before");
    }

    /// A line of the status of this process. Writing 5 to `clear_refs` sets the peak `VmHWM` to the present size.
    fn kilobytes(name: &str) -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
    }

    const CHUNK: &[u8] = &[0; 64 * 1024];

    /// A stream of so many zeros.
    struct Zeros(u64);

    impl Stream for Zeros {
        type Item = io::Result<Bytes>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let length = self.0.min(CHUNK.len() as u64);
            self.0 -= length;
            // A chunk of its own, as a file would have it: chunks that are kept would show.
            Poll::Ready((length > 0).then(|| Ok(vec![0; usize::try_from(length).unwrap()].into())))
        }
    }

    fn serve() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        for stream in listener.incoming() {
            thread::spawn(|| stream.and_then(respond));
        }
    }

    /// Responds to requests until the connection ends.
    fn respond(stream: TcpStream) -> io::Result<()> {
        let (mut reader, mut writer) = (BufReader::with_capacity(CHUNK.len(), stream.try_clone()?), stream);
        loop {
            let mut head = Vec::new();
            while reader.read_until(b'\n', &mut head)? > 2 {}
            let head = String::from_utf8_lossy(&head).to_lowercase();
            if head.is_empty() {
                return Ok(());
            }
            let wanted = head.strip_prefix("get /content/").and_then(|rest| rest.split(' ').next()?.parse().ok());
            let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let came = io::copy(&mut (&mut reader).take(announced.unwrap_or(0)), &mut io::sink())?;
            let text = came.to_string();
            let length = wanted.unwrap_or(text.len() as u64);
            let kind = if wanted.is_some() { "application/octet-stream" } else { "application/json" };
            write!(writer, "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n")?;
            match wanted {
                Some(bytes) => drop(io::copy(&mut io::repeat(0).take(bytes), &mut writer)?),
                None => writer.write_all(text.as_bytes())?,
            }
        }
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}
