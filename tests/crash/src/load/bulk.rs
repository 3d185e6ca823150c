//! Bulk (RFC 7644 §3.7): several writes in one request, each of which happens or not.

use super::{BULK, GROUP, Worker};
use crate::journal::{Effects, Kind, Outcome, State};
use serde_json::{Value, json};

impl Worker {
    /// New users, a group of them by their `bulkId`s, a PATCH and a DELETE.
    pub(super) fn bulk(&mut self) {
        let mut operations: Vec<(Value, Effects)> = Vec::new();
        let mut users = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let key = self.ledger.add(
                Kind::User,
                format!("u{}-{}", self.ledger.worker, self.ledger.things.len()),
            );
            let stamp = self.ledger.stamp();
            let data = self.user(key, &stamp);
            users.push(key);
            let operation = json!({ "method": "POST", "path": "/Users", "bulkId": format!("b{key}"), "data": data });
            operations.push((operation, vec![(key, State::stamped(stamp))]));
        }
        if let Some((key, path)) = self.some_user() {
            let path = path.replace("/scim/v2", "");
            if self.random.chance(50) {
                let stamp = self.ledger.stamp();
                let data = self.user_patch(&stamp);
                let operation = json!({ "method": "PATCH", "path": path, "data": data });
                operations.push((operation, vec![(key, State::stamped(stamp))]));
            } else {
                let operation = json!({ "method": "DELETE", "path": path });
                operations.push((operation, self.deletion(key)));
            }
        }
        if self.random.chance(30) {
            let name = format!("g{}-{}", self.ledger.worker, self.ledger.things.len());
            let key = self.ledger.add(Kind::Group, name.clone());
            let stamp = self.ledger.stamp();
            let members = users
                .iter()
                .map(|user| json!({ "value": format!("bulkId:b{user}") }));
            let data = json!({
                "schemas": [GROUP],
                "displayName": format!("{name} {stamp}"),
                "members": members.collect::<Vec<_>>(),
            });
            let operation = json!({ "method": "POST", "path": "/Groups", "bulkId": format!("b{key}"), "data": data });
            let members = users.iter().copied().collect();
            operations.push((operation, vec![(key, State::Present { stamp, members })]));
        }
        self.send_bulk(operations);
    }

    fn send_bulk(&mut self, operations: Vec<(Value, Effects)>) {
        let (operations, effects): (Vec<_>, Vec<_>) = operations.into_iter().unzip();
        let body = json!({ "schemas": [BULK], "Operations": operations });
        let request = self.session.json("POST", "/scim/v2/Bulk", &body);
        let first: Vec<_> = effects
            .iter()
            .map(|effects| effects.first().map(|(key, _)| *key))
            .collect();
        let numbers: Vec<usize> = effects
            .into_iter()
            .map(|effects| self.begin(effects))
            .collect();
        let answer = self.send(&request);
        let whole = self.judge(&request, answer.as_ref());
        let answered = match answer {
            Some(Ok(answer)) => answer.json()["Operations"].clone(),
            _ => Value::Null,
        };
        for (place, (number, key)) in numbers.into_iter().zip(first).enumerate() {
            let answer = &answered[place];
            let outcome = match (whole, answer["status"].as_str()) {
                (Outcome::Acknowledged, Some(status)) if status.starts_with('2') => whole,
                (Outcome::Acknowledged, Some("503")) => Outcome::Unknown,
                (Outcome::Acknowledged, _) => {
                    self.bulk_answer(&request, answer, &answered);
                    Outcome::Unknown
                }
                (outcome, _) => outcome,
            };
            if let (Outcome::Acknowledged, Some(key), Some(location)) =
                (outcome, key, answer["location"].as_str())
                && self.ledger.things[key].id.is_none()
            {
                self.ledger.things[key].id = location.rsplit('/').next().map(str::to_owned);
            }
            self.end(number, outcome);
        }
    }

    /// An operation that needs another that failed with 503 is refused itself (RFC 7644 §3.7.2).
    fn bulk_answer(&mut self, request: &crate::http::Request, answer: &Value, all: &Value) {
        let failed = all.as_array().into_iter().flatten();
        let mut failed = failed.filter(|answer| answer["status"] == "503");
        if !(failed.next().is_some() && answer["status"].as_str() >= Some("4")) {
            self.wrong(
                request,
                &format!("an operation of the bulk request: {answer}"),
            );
        }
    }
}
