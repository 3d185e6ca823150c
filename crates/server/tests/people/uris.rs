//! Redirection URIs, and all that is almost one (A1, A3, REG-01, REG-02).

/// A registered URI, others that are it as well, and how ones that are not it are made of it.
pub(crate) struct Registered {
    pub(crate) uri: &'static str,
    pub(crate) same: &'static [&'static str],
    pub(crate) others: &'static [&'static str],
}

pub(crate) const REGISTERED: [Registered; 6] = [
    Registered {
        uri: "https://client.example.com/cb",
        same: &[],
        others: &[
            "https://CLIENT.example.com/cb",
            "https://client.example.com/CB",
            "https://client.example.com/%63b",
            "https://client.example.com/c%62",
            "https://client.example.com:443/cb",
            "https://client.example.com:8443/cb",
            "https://client.example.com./cb",
            "https://client.example.com.evil.example/cb",
            "https://client.example.com%2eevil.example/cb",
            "https://client.example.com@evil.example/cb",
            "https://evil.example@client.example.com/cb",
            "https://a@b@client.example.com/cb",
            "https://client.example.com:pass@evil.example/cb",
            "https://evil.example\\@client.example.com/cb",
            "https://evil.example%5c@client.example.com/cb",
            "https://client.example.com*/cb",
            "https://*.example.com/cb",
            "https://client.example.com/*",
            "https://xclient.example.com/cb",
            "https://example.com/cb",
            "https://client.example.com/../cb",
            "https://client.example.com/./cb",
            "https://client.example.com/x/../cb",
            "https://client.example.com/x/..;/cb",
            "https://client.example.com/%2e%2e/cb",
            "https://client.example.com//cb",
            "https://client.example.com\\cb",
            "https:/client.example.com/cb",
            "https:client.example.com/cb",
            "https:///client.example.com/cb",
            "//client.example.com/cb",
            "/cb",
            "client.example.com/cb",
            "https://client.example.com",
            "https://client.example.com/",
            "https://client.example.com/c",
            "https://client.example.com/cb;x=y",
            "https://cl\u{456}ent.example.com/cb",
            "https://xn--clent-lve.example.com/cb",
            "https://client\u{3002}example.com/cb",
            "https://client.example.com/c\u{200b}b",
            "https://client.example.com/\u{ff43}b",
        ],
    },
    Registered {
        uri: "https://client.example.com/cb?tenant=1",
        same: &[],
        others: &[
            "https://client.example.com/cb",
            "https://client.example.com/cb?",
            "https://client.example.com/cb?tenant=2",
            "https://client.example.com/cb?tenant=1&tenant=2",
            "https://client.example.com/cb?tenant=2&tenant=1",
            "https://client.example.com/cb?tenant=1&code=x",
            "https://client.example.com/cb?tenant=1&iss=x",
            "https://client.example.com/cb?tenant=1&state=x",
            "https://client.example.com/cb?tenant=1&error=x",
            "https://client.example.com/cb?TENANT=1",
            "https://client.example.com/cb?tenant=%31",
            "https://client.example.com/cb?&tenant=1",
            "https://client.example.com/cb/?tenant=1",
            "https://client.example.com/cb%3ftenant=1",
        ],
    },
    Registered {
        uri: "http://127.0.0.1/cb",
        same: &["http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"],
        others: &[
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:080/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:8 0/cb",
            "http://127.0.0.1:80x/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1evil.example/cb",
            "http://127.0.0.2/cb",
            "http://127.1/cb",
            "http://2130706433/cb",
            "http://0x7f.0.0.1/cb",
            "http://0177.0.0.1/cb",
            "http://localhost/cb",
            "http://[::1]/cb",
            "http://[::ffff:127.0.0.1]/cb",
            "http://0.0.0.0/cb",
            "https://127.0.0.1/cb",
            "http://127.0.0.1:4000/other",
            "http://127.0.0.1:4000/cb?x=y",
            "http://127.0.0.1:4000",
        ],
    },
    Registered {
        uri: "http://[::1]:4000/cb",
        same: &["http://[::1]/cb", "http://[::1]:9/cb"],
        others: &[
            "http://[::2]:4000/cb",
            "http://[0:0:0:0:0:0:0:1]:4000/cb",
            "http://[::0001]:4000/cb",
            "http://[::1%25lo]:4000/cb",
            "http://[::1:4000/cb",
            "http://::1:4000/cb",
            "http://127.0.0.1:4000/cb",
            "http://localhost:4000/cb",
            "http://[::1].evil.example:4000/cb",
            "http://[::1]@evil.example:4000/cb",
        ],
    },
    Registered {
        uri: "http://localhost:3000/cb",
        same: &[],
        others: &[
            // RFC 9700 leaves any port to literal addresses only; a name may lead elsewhere (CVE-2024-8883).
            "http://localhost:3001/cb",
            "http://localhost/cb",
            "http://LOCALHOST:3000/cb",
            "http://localhost.evil.example:3000/cb",
            "http://localhost:3000@evil.example/cb",
            "http://127.0.0.1:3000/cb",
            "https://localhost:3000/cb",
        ],
    },
    Registered {
        uri: "com.example.app:/cb",
        same: &[],
        others: &[
            "com.example.app://cb",
            "com.example.app:///cb",
            "com.example.app:cb",
            "COM.example.app:/cb",
            "com.example.app2:/cb",
            "com.example:/cb",
            "com.example.app:/cb/x",
            "com.example.app:/cb?x=y",
        ],
    },
];

/// What is no client's (A3, REG-02).
pub(crate) const NOBODYS: [&str; 16] = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "DATA:text/html,x",
    "vbscript:x",
    "VbScript:x",
    "file:///etc/passwd",
    "about:blank",
    "blob:https://client.example.com/x",
    "view-source:https://client.example.com/cb",
    "http://client.example.com/cb",
    "ftp://client.example.com/cb",
    "urn:ietf:wg:oauth:2.0:oob",
    "*",
    " ",
];

/// What may be done to any of them.
pub(crate) fn spoilt(uri: &str) -> Vec<String> {
    let mut spoilt: Vec<String> = [
        "/",
        "#",
        "#x",
        "?",
        "?x=y",
        "&x=y",
        "%00",
        "%0d%0aLocation:%20x",
        "%09",
        "%20",
        "%",
        "%2f",
        "%2e",
        "..",
        "/..",
        "/.",
        ";",
        "*",
        "\\",
        "@evil.example",
        "\t",
        "\r\nX: y",
        "\0",
        " ",
        ",https://evil.example/",
        "|https://evil.example/",
        "\u{a0}",
    ]
    .into_iter()
    .map(|end| format!("{uri}{end}"))
    .collect();
    spoilt.extend(
        [" ", "\t", "\n", "\0", "x", "%20", "\u{feff}"].map(|begin| format!("{begin}{uri}")),
    );
    let (scheme, rest) = uri.split_once(':').unwrap();
    spoilt.push(format!("{}:{rest}", scheme.to_uppercase()));
    spoilt.push(format!("x{scheme}:{rest}"));
    spoilt.push(format!("{scheme}%3a{rest}"));
    spoilt.push(format!("{scheme} :{rest}"));
    spoilt.push(format!("\"{uri}\""));
    spoilt.push(uri.replace('/', "%2f"));
    spoilt.push(uri.replace('/', "\\"));
    spoilt.push(format!("{uri}{uri}"));
    spoilt.push(uri[..uri.len() - 1].to_owned());
    spoilt
}
