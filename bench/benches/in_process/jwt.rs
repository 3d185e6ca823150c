//! Access tokens (RFC 9068): signed, verified, and seen before.

use crate::fixture::Fixture;
use criterion::Criterion;
use jose::{Algorithm, Expect, SigningKey, VerifyingKeys, verify_compact};
use std::hint::black_box;

const TYPE: &str = "at+jwt";

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let claims = br#"{"iss":"http://127.0.0.1:8080/v1/tenants/default/realms/default","sub":"019a0000-0000-7000-8000-000000000000","aud":"http://127.0.0.1:8080/v1/tenants/default/realms/default","exp":1800000600,"iat":1800000000,"jti":"gvdlpuGcDGtOn3B0tGJk4Q7tTDnTSgpVRL0g8hO3CvE","client_id":"019a0000-0000-7000-8000-000000000000","scope":"scim:read"}"#;
    let token = key.sign_compact(TYPE, claims).unwrap();
    let keys: VerifyingKeys = [key.verifying_key().unwrap()].into_iter().collect();
    let expect = Expect {
        algs: &[Algorithm::Es256],
        typ: &[TYPE],
        untyped: false,
    };
    verify_compact(&token, &keys, &expect).unwrap();
    let mut group = criterion.benchmark_group("jwt");
    group.bench_function("sign", |b| {
        b.iter(|| key.sign_compact(TYPE, black_box(claims)))
    });
    group.bench_function("signature check", |b| {
        b.iter(|| verify_compact(black_box(&token), &keys, &expect));
    });

    let header = format!("Bearer {}", fixture.token());
    let bearer = oauth::bearer::extract(&[&header]).unwrap().unwrap();
    let again = async || {
        let presented = black_box(bearer).into();
        let caller = fixture.core.authenticate(&fixture.realm, &presented);
        caller.await
    };
    fixture.runtime.block_on(again()).unwrap();
    group.bench_function("seen before", |b| {
        b.iter_custom(|times| {
            fixture.runtime.block_on(async {
                let begun = std::time::Instant::now();
                for _ in 0..times {
                    black_box(again().await.is_ok());
                }
                begun.elapsed()
            })
        });
    });
    group.finish();
}
