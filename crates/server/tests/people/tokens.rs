//! What tokens of people say, and how they end (OpenID Connect Core §5, §8, RFC 7009, RFC 9470 §6).

use crate::support::{Browser, CALLBACK, PASSWORD, Page, TestServer, VERIFIER, answered, claims};
use domain::config::SubjectType;
use serde_json::{Value, json};

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

#[tokio::test]
async fn core_8_a_pairwise_subject_is_the_same_everywhere_and_elsewhere_another() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let pairwise = |sector: &'static str| {
        move |app: &mut domain::config::Application| {
            app.openid.subject_type = SubjectType::Pairwise;
            app.openid.sector = Some(sector.to_owned());
        }
    };
    let one = server
        .add_app(&["openid", "email"], pairwise("one.example"))
        .await;
    let same = server.add_app(&["openid"], pairwise("one.example")).await;
    let other = server.add_app(&["openid"], pairwise("other.example")).await;
    let tokens = one.tokens(&server, &ada, "openid email").await;
    let (id, access) = (text(&tokens, "id_token"), text(&tokens, "access_token"));
    let sub = claims(id)["sub"].clone();
    assert_ne!(sub, ada.id.as_str());
    assert_eq!(claims(access)["sub"], sub);
    let told = server
        .call("GET", &one.path("/userinfo"), access, None)
        .await;
    assert_eq!(told.expect(200).json()["sub"], sub);
    let active = one.introspect(&server, access).await.expect(200).json();
    assert_eq!(
        active["sub"], sub,
        "introspection does not tell the local one"
    );
    assert_eq!(active["acr"], "1");
    assert_eq!(active["auth_time"], claims(id)["auth_time"]);
    let of_same = same.tokens(&server, &ada, "openid").await;
    assert_eq!(claims(text(&of_same, "id_token"))["sub"], sub);
    let of_other = other.tokens(&server, &ada, "openid").await;
    assert_ne!(claims(text(&of_other, "id_token"))["sub"], sub);
}

/// OpenID Connect Core §8.1: two sectors can't tell by the session that they have the same person.
#[tokio::test]
async fn core_8_1_a_session_is_another_for_each_sector() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = Browser::new();
    let sid = async |sector: Option<&'static str>| {
        let pairwise = |app: &mut domain::config::Application| {
            if let Some(sector) = sector {
                app.openid.subject_type = SubjectType::Pairwise;
                app.openid.sector = Some(sector.to_owned());
            }
        };
        let app = server.add_app(&["openid"], pairwise).await;
        let code = app.code_in(&server, &browser, &ada, "openid").await;
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        claims(text(&tokens, "id_token"))["sid"].clone()
    };
    let one = sid(Some("one.example")).await;
    assert!(one.is_string());
    assert_eq!(one, sid(Some("one.example")).await, "it is one session");
    let public = sid(None).await;
    assert_ne!(one, sid(Some("other.example")).await);
    assert_ne!(one, public);
    assert_eq!(public, sid(None).await);
}

/// RFC 6750 §5.3: nor is a refusal kept by anyone on the way.
#[tokio::test]
async fn userinfo_is_kept_nowhere() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let good = app.token_of(&server, &ada, "openid").await;
    for (token, status) in [(good.as_str(), 200), ("nothing-of-ours", 401)] {
        let userinfo = app.path("/userinfo");
        let told = server.call("GET", &userinfo, token, None).await;
        assert_eq!(told.expect(status).header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn rfc7009_2_1_with_a_refresh_token_goes_its_grant() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let thief = server.add_app(&["openid"], |_| {}).await;
    let tokens = app.tokens(&server, &ada, "openid").await;
    let (access, refresh) = (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    );
    let userinfo = app.path("/userinfo");
    thief.revoke(&server, refresh).await.expect(200);
    server
        .call("GET", &userinfo, access, None)
        .await
        .expect(200);
    app.revoke(&server, refresh).await.expect(200);
    server
        .call("GET", &userinfo, access, None)
        .await
        .expect(401);
    let ended = app.refresh(&server, refresh).await.expect(400);
    assert_eq!(ended.error(), "invalid_grant");
}

#[tokio::test]
async fn core_5_5_claims_by_name_go_into_the_id_token_as_far_as_scopes_reach() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    let app = server
        .add_app(&["openid", "email", "profile"], |_| {})
        .await;
    let asked = json!({"id_token": {"email": null, "name": null, "sub": null}}).to_string();
    let request = app.authorize("openid email", &[("claims", &asked)]);
    let browser = Browser::new();
    let page = browser.go(&server, &request).await;
    let consent = browser.sign_in(&server, &page, "ada", PASSWORD).await;
    let back = browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await;
    let tokens = app
        .redeem(&server, &answered(&back)["code"])
        .await
        .expect(200);
    let id = claims(text(&tokens.json(), "id_token"));
    assert_eq!(id["email"], "ada@example.com");
    assert!(id.get("name").is_none(), "no scope reaches it: {id}");
}

#[tokio::test]
async fn core_5_3_2_userinfo_is_signed_for_who_wants_it_so() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server
        .add_app(&["openid", "email"], |app| {
            app.openid.userinfo_signed_response_alg = Some(jose::Algorithm::Es256);
        })
        .await;
    let token = app.token_of(&server, &ada, "openid email").await;
    let told = server
        .call("GET", &app.path("/userinfo"), &token, None)
        .await;
    let told = told.expect(200);
    assert_eq!(told.header("content-type"), "application/jwt");
    let said = claims(&told.text());
    assert_eq!(said["aud"], app.id.as_str());
    assert_eq!(said["iss"], server.snapshot().issuer().as_str());
    assert_eq!(said["email"], "ada@example.com");
}

#[tokio::test]
async fn s14_a_clients_own_token_is_nobodys() {
    let server = TestServer::start().await;
    let token = server.admin_token().await;
    for path in ["/userinfo", "/scim/v2/Me"] {
        let refused = server
            .call("GET", &server.admin.path(path), &token, None)
            .await;
        let refused = refused.expect(403);
        assert!(
            refused
                .header("www-authenticate")
                .contains("insufficient_scope")
        );
    }
}

/// Product §3: refresh tokens are for who is registered for them, and public clients need no secret.
#[tokio::test]
async fn who_is_not_registered_for_refresh_gets_no_refresh_token() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server
        .add_app(&["openid"], |app| {
            app.kind = domain::config::ApplicationKind::Public;
            app.auth_method = oauth::TokenEndpointAuthMethod::None;
            app.secrets.clear();
            app.grant_types = vec![oauth::GrantType::AuthorizationCode];
        })
        .await;
    let code = app.code(&server, &ada, "openid").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", app.id.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let answer = server
        .post_form(&app.path("/token"), &[], &form)
        .await
        .expect(200);
    assert!(answer.json().get("refresh_token").is_none());
    assert_eq!(answer.header("cache-control"), "no-store", "B10");
}

#[tokio::test]
async fn userinfo_tells_a_change_at_once() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid", "profile"], |_| {}).await;
    let token = app.token_of(&server, &ada, "openid profile").await;
    let told = async |token: &str| {
        let told = server
            .call("GET", &app.path("/userinfo"), token, None)
            .await;
        told.expect(200).json()
    };
    for name in ["Countess", "Lovelace", "Lovelace"] {
        server.patch_person(&ada, "displayName", json!(name)).await;
        server.patch_person(&ada, "nickName", json!(name)).await;
        for _ in 0..3 {
            assert_eq!(told(&token).await["nickname"], name);
        }
    }
    server
        .edit(
            domain::Edit::none(()).delete(
                domain::store::Kind::Claim,
                server
                    .snapshot()
                    .config()
                    .claims
                    .values()
                    .find(|claim| claim.name == "nickname")
                    .unwrap()
                    .id,
            ),
        )
        .await;
    assert!(told(&token).await.get("nickname").is_none());
}

/// OpenID Connect Core §5.5.1: a client may mean one of several by the claim `sub`; nobody else's ID token is issued.
#[tokio::test]
async fn the_claim_sub_says_who_is_meant() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    app.code_in(&server, &browser, &ada, "openid").await;
    for (wanted, is_ada) in [
        (json!({"value": ada.id}), true),
        (json!({"value": "another"}), false),
        (json!({"values": ["another", ada.id]}), true),
        (json!({"values": ["another", "a third"]}), false),
        (json!({"essential": true}), true),
    ] {
        let asked = json!({"id_token": {"sub": wanted}}).to_string();
        let silent = [("claims", asked.as_str()), ("prompt", "none")];
        let answer = browser
            .get(&server, &app.authorize("openid", &silent))
            .await;
        let told = answered(&answer);
        assert_eq!(told.contains_key("code"), is_ada, "{asked}: {told:?}");
        if !is_ada {
            assert_eq!(told["error"], "login_required", "{asked}");
        }
    }
}
