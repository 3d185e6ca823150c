//! A1: what is not the registered text is not the registered URI. Each of these is a way in which
//! a peer's comparison was fooled, or might be.

use super::uri;

const REGISTERED: &str = "https://client.example.com/app/cb?tenant=1";

/// Other texts than [`REGISTERED`], most of which some parser reads as the same.
const MUTATIONS: &[&str] = &[
    // Slashes.
    "https://client.example.com/app/cb/?tenant=1",
    "https://client.example.com//app/cb?tenant=1",
    "https://client.example.com/app//cb?tenant=1",
    "https:/client.example.com/app/cb?tenant=1",
    "https:///client.example.com/app/cb?tenant=1",
    "https:////client.example.com/app/cb?tenant=1",
    "https:client.example.com/app/cb?tenant=1",
    "//client.example.com/app/cb?tenant=1",
    "/app/cb?tenant=1",
    "client.example.com/app/cb?tenant=1",
    "https:\\\\client.example.com\\app\\cb?tenant=1",
    "https://client.example.com\\app/cb?tenant=1",
    "https://client.example.com/app\\cb?tenant=1",
    "https:/\\client.example.com/app/cb?tenant=1",
    // Case.
    "HTTPS://client.example.com/app/cb?tenant=1",
    "Https://client.example.com/app/cb?tenant=1",
    "https://CLIENT.example.com/app/cb?tenant=1",
    "https://client.Example.com/app/cb?tenant=1",
    "https://client.example.com/App/cb?tenant=1",
    "https://client.example.com/app/CB?tenant=1",
    "https://client.example.com/app/cb?Tenant=1",
    // Dot segments.
    "https://client.example.com/app/./cb?tenant=1",
    "https://client.example.com/app/x/../cb?tenant=1",
    "https://client.example.com/../app/cb?tenant=1",
    "https://client.example.com/app/%2e/cb?tenant=1",
    "https://client.example.com/app/x/%2e%2e/cb?tenant=1",
    "https://client.example.com/app/x/%2E%2E/cb?tenant=1",
    "https://client.example.com/app/x/.%2e/cb?tenant=1",
    "https://client.example.com/app/x/..;/cb?tenant=1",
    "https://client.example.com/app/..;/app/cb?tenant=1",
    "https://client.example.com/app/cb/..?tenant=1",
    "https://client.example.com/app/cb/..;/../evil?tenant=1",
    "https://client.example.com/app/cb/../../evil?tenant=1",
    "https://client.example.com/app/cb%2f..%2fevil?tenant=1",
    "https://client.example.com/app/cb%5c..%5cevil?tenant=1",
    "https://client.example.com/app/x/%252e%252e/cb?tenant=1",
    // Encodings.
    "https://client.example.com/%61pp/cb?tenant=1",
    "https://client.example.com/app/%63b?tenant=1",
    "https://client.example.com/app%2Fcb?tenant=1",
    "https://client.example.com/app/cb%3Ftenant=1",
    "https://client.example.com/app/cb?tenant=%31",
    "https://client.example.com/app/cb?tenant%3D1",
    "https://client%2eexample.com/app/cb?tenant=1",
    "https://%63lient.example.com/app/cb?tenant=1",
    "https%3A%2F%2Fclient.example.com%2Fapp%2Fcb%3Ftenant%3D1",
    "https://client.example.com/app/cb%00?tenant=1",
    "https://client.example.com/app/cb%20?tenant=1",
    "https://client.example.com/app/cb%0d%0a?tenant=1",
    "https://client.example.com/app/c\u{ff42}?tenant=1",
    // Credentials.
    "https://user@client.example.com/app/cb?tenant=1",
    "https://user:pass@client.example.com/app/cb?tenant=1",
    "https://@client.example.com/app/cb?tenant=1",
    "https://client.example.com@evil.example/app/cb?tenant=1",
    "https://client.example.com:443@evil.example/app/cb?tenant=1",
    "https://client.example.com%40evil.example/app/cb?tenant=1",
    "https://a@b@client.example.com/app/cb?tenant=1",
    "https://evil.example@client.example.com@evil.example/app/cb?tenant=1",
    "https://client.example.com\\@evil.example/app/cb?tenant=1",
    "https://evil.example\\@client.example.com/app/cb?tenant=1",
    "https://evil.example#@client.example.com/app/cb?tenant=1",
    "https://evil.example?@client.example.com/app/cb?tenant=1",
    "https://evil.example;@client.example.com/app/cb?tenant=1",
    // Hosts.
    "https://client.example.com./app/cb?tenant=1",
    "https://.client.example.com/app/cb?tenant=1",
    "https://client..example.com/app/cb?tenant=1",
    "https://www.client.example.com/app/cb?tenant=1",
    "https://example.com/app/cb?tenant=1",
    "https://client.example.com.evil.example/app/cb?tenant=1",
    "https://client.example.comevil.example/app/cb?tenant=1",
    "https://evilclient.example.com/app/cb?tenant=1",
    "https://client-example.com/app/cb?tenant=1",
    "https://clientXexample.com/app/cb?tenant=1",
    "https://evil.example/client.example.com/app/cb?tenant=1",
    "https://evil.example/?https://client.example.com/app/cb?tenant=1",
    "https://*.example.com/app/cb?tenant=1",
    "https://*/app/cb?tenant=1",
    "https://client.example.com*/app/cb?tenant=1",
    "https://cl\u{456}ent.example.com/app/cb?tenant=1",
    "https://xn--clent-x9a.example.com/app/cb?tenant=1",
    "https://client\u{3002}example\u{3002}com/app/cb?tenant=1",
    "https://client.example\u{ff0e}com/app/cb?tenant=1",
    "https://cl\u{131}ent.example.com/app/cb?tenant=1",
    "https://cli\u{ad}ent.example.com/app/cb?tenant=1",
    "https://client.example.com\u{200b}/app/cb?tenant=1",
    "https://\u{24d2}lient.example.com/app/cb?tenant=1",
    "https://[client.example.com]/app/cb?tenant=1",
    "https://192.0.2.7/app/cb?tenant=1",
    "https://localhost/app/cb?tenant=1",
    "https://127.0.0.1/app/cb?tenant=1",
    "https://[::1]/app/cb?tenant=1",
    "https:///app/cb?tenant=1",
    // Ports.
    "https://client.example.com:443/app/cb?tenant=1",
    "https://client.example.com:0443/app/cb?tenant=1",
    "https://client.example.com:/app/cb?tenant=1",
    "https://client.example.com:80/app/cb?tenant=1",
    "https://client.example.com:8443/app/cb?tenant=1",
    "https://client.example.com:99999/app/cb?tenant=1",
    "https://client.example.com:443x/app/cb?tenant=1",
    // Schemes.
    "http://client.example.com/app/cb?tenant=1",
    "httpss://client.example.com/app/cb?tenant=1",
    "ws://client.example.com/app/cb?tenant=1",
    "wss://client.example.com/app/cb?tenant=1",
    "ftp://client.example.com/app/cb?tenant=1",
    "javascript://client.example.com/app/cb?tenant=1",
    "javascript:https://client.example.com/app/cb?tenant=1",
    "data:text/html,https://client.example.com/app/cb?tenant=1",
    "view-source:https://client.example.com/app/cb?tenant=1",
    "com.example.client:/app/cb?tenant=1",
    // Queries.
    "https://client.example.com/app/cb",
    "https://client.example.com/app/cb?",
    "https://client.example.com/app/cb?tenant",
    "https://client.example.com/app/cb?tenant=",
    "https://client.example.com/app/cb?tenant=2",
    "https://client.example.com/app/cb?tenant=1&",
    "https://client.example.com/app/cb?&tenant=1",
    "https://client.example.com/app/cb?tenant=1&a=b",
    "https://client.example.com/app/cb?a=b&tenant=1",
    "https://client.example.com/app/cb?tenant=1&tenant=1",
    "https://client.example.com/app/cb?tenant=1&code=x",
    "https://client.example.com/app/cb?tenant=1&state=x",
    "https://client.example.com/app/cb?tenant=1&iss=x",
    "https://client.example.com/app/cb?tenant=1;a=b",
    "https://client.example.com/app/cb??tenant=1",
    "https://client.example.com/app/cb;tenant=1",
    "https://client.example.com/app/cb&tenant=1",
    "https://client.example.com/app/cb?tenant=1?",
    // Fragments.
    "https://client.example.com/app/cb?tenant=1#",
    "https://client.example.com/app/cb?tenant=1#f",
    "https://client.example.com/app/cb#?tenant=1",
    "https://client.example.com/app/cb?tenant=1%23",
    // Paths.
    "https://client.example.com/app/cb2?tenant=1",
    "https://client.example.com/app/c?tenant=1",
    "https://client.example.com/app/cb.html?tenant=1",
    "https://client.example.com/app/cb/x?tenant=1",
    "https://client.example.com/app/cb;x?tenant=1",
    "https://client.example.com/app/cb*?tenant=1",
    "https://client.example.com/app/*?tenant=1",
    "https://client.example.com/app?tenant=1",
    "https://client.example.com?tenant=1",
    "https://client.example.com",
    // Whitespace and controls.
    " https://client.example.com/app/cb?tenant=1",
    "https://client.example.com/app/cb?tenant=1 ",
    "https://client.example.com/app/cb ?tenant=1",
    "https://client.example.com/ap\tp/cb?tenant=1",
    "https://client.example.com/app/cb?tenant=1\n",
    "https://client.example.com/app/cb?tenant=1\r\n",
    "https://client.example.com/app/cb?tenant=1\r\nSet-Cookie: a=b",
    "https://client.example.com/app/cb?tenant=1\0",
    "https://client.example.com\0.evil.example/app/cb?tenant=1",
    "h\nttps://client.example.com/app/cb?tenant=1",
    "\u{feff}https://client.example.com/app/cb?tenant=1",
    "https://client.example.com/app/cb?tenant=1\u{a0}",
    "\u{1}https://client.example.com/app/cb?tenant=1",
    "https://client.example.com/app/cb?tenant=1,https://evil.example/",
    "https://client.example.com/app/cb?tenant=1 https://evil.example/",
    "",
];

/// Other texts than a registered `http://127.0.0.1:8000/cb`, that the port rule does not reach.
const LOOPBACK: &[&str] = &[
    "http://127.0.0.1:/cb",
    "http://127.0.0.1:0/cb",
    "http://127.0.0.1:08000/cb",
    "http://127.0.0.1:65536/cb",
    "http://127.0.0.1:99999999999999999999/cb",
    "http://127.0.0.1:+80/cb",
    "http://127.0.0.1:-80/cb",
    "http://127.0.0.1:80a/cb",
    "http://127.0.0.1:8000:9000/cb",
    "http://127.0.0.1:\u{664}\u{662}/cb",
    "http://127.0.0.1:8000@evil.example/cb",
    "http://127.0.0.1@evil.example/cb",
    "http://127.0.0.1:8000.evil.example/cb",
    "http://127.0.0.1.evil.example/cb",
    "http://127.0.0.1evil.example/cb",
    "http://evil.example:8000/cb",
    "http://localhost:8000/cb",
    "http://[::1]:8000/cb",
    "http://[::ffff:127.0.0.1]:8000/cb",
    "http://127.0.0.2:8000/cb",
    "http://127.1:8000/cb",
    "http://0x7f000001:8000/cb",
    "http://2130706433:8000/cb",
    "http://127.000.000.001:8000/cb",
    "http://0.0.0.0:8000/cb",
    "https://127.0.0.1:8000/cb",
    "HTTP://127.0.0.1:8000/cb",
    "http://user@127.0.0.1:8000/cb",
    "http://127.0.0.1:8000/cb/",
    "http://127.0.0.1:8000/CB",
    "http://127.0.0.1:8000/cb?a=1",
    "http://127.0.0.1:8000/cb#f",
    "http://127.0.0.1:8000//cb",
    "http://127.0.0.1:8000/./cb",
    "http://127.0.0.1:8000/x/../cb",
    "http://127.0.0.1:8000\\cb",
    "http://127.0.0.1:8000/cb\n",
    "http://127.0.0.1:8000",
    "http://127.0.0.1:8000cb",
    "http:127.0.0.1:8000/cb",
];

#[test]
fn a1_reg01_no_mutation_matches() {
    let registered = uri(REGISTERED);
    assert!(MUTATIONS.len() + LOOPBACK.len() >= 160 && MUTATIONS.len() >= 120);
    for mutation in MUTATIONS {
        assert!(!registered.matches(mutation), "{mutation:?}");
    }
    assert!(registered.matches(REGISTERED));
}

#[test]
fn a1_reg01_the_port_rule_is_no_hole() {
    let registered = uri("http://127.0.0.1:8000/cb");
    for mutation in LOOPBACK {
        assert!(!registered.matches(mutation), "{mutation:?}");
    }
    let localhost = uri("http://localhost:8000/cb");
    for other in [
        "http://127.0.0.1:8000/cb",
        "http://[::1]:8000/cb",
        "http://localhost/cb",
    ] {
        assert!(!localhost.matches(other), "{other}");
    }
}

/// The table has no text twice, and none that is the registered one.
#[test]
fn the_mutations_are_all_different() {
    let mut sorted = MUTATIONS.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), MUTATIONS.len());
}
