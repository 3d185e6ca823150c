#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::store::After;
use proptest::prelude::*;

fn basis() -> [Noted; 2] {
    let (stamps, realm) = (Stamps::default(), RealmKey::system());
    [Matter::Deletions(&realm), Matter::All].map(|matter| stamps.note(&matter))
}

fn ids(names: &[String]) -> Vec<ResourceId> {
    names
        .iter()
        .map(|n| ResourceId(n.as_str().into()))
        .collect()
}

proptest! {
    #[test]
    fn a_page_is_what_a_search_would_find(
        names in prop::collection::btree_set("[a-c]{1,4}", 0..30),
        offset in 0u64..40,
        after in "[a-c]{0,4}",
        count in 0u32..40,
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let roster = Roster::of(basis(), &ids(&names)).unwrap();
        prop_assert_eq!(roster.len(), names.len());
        let cut = |window| -> Vec<&str> {
            roster.page(&window, count).map(|index| roster.id(index).unwrap()).collect()
        };
        let count = usize::try_from(count).unwrap();
        let by_offset: Vec<&str> = names.iter().map(String::as_str)
            .skip(usize::try_from(offset).unwrap()).take(count).collect();
        prop_assert_eq!(cut(Window::Offset(offset)), by_offset);
        let by_id: Vec<&str> = names.iter().map(String::as_str)
            .filter(|name| *name > after.as_str()).take(count).collect();
        let after = After { key: None, id: ResourceId(after.as_str().into()) };
        prop_assert_eq!(cut(Window::After(after)), by_id);
    }
}

#[test]
fn a_roster_is_read_when_it_is_asked_for_again_by_one_at_a_time() {
    let (stamps, realm) = (Arc::new(Stamps::default()), RealmKey::system());
    let (rosters, user) = (Rosters::default(), TypeName::from("User"));
    assert!(rosters.census(&stamps, &realm, &user).is_none());
    let census = rosters.census(&stamps, &realm, &user).unwrap();
    assert!(
        rosters.census(&stamps, &realm, &user).is_none(),
        "one reads"
    );
    let found = ids(&["a".to_owned(), "b".to_owned()]);
    assert_eq!(rosters.keep(&stamps, &census, &found).unwrap().len(), 2);
    assert_eq!(rosters.get(&stamps, &realm, &user).unwrap().len(), 2);
    // One more comes: nothing is known any more, and it is asked for once again first.
    let expect = crate::store::Expect::Absent;
    let change = super::super::stamps::tests::put("c", expect, &[]);
    stamps.begin(&realm, &[change]).end();
    assert!(rosters.get(&stamps, &realm, &user).is_none());
    assert!(rosters.keep(&stamps, &census, &found).is_none());
    drop(census);
    assert!(rosters.census(&stamps, &realm, &user).is_none());
    assert!(rosters.census(&stamps, &realm, &user).is_some());
}

#[test]
fn what_is_not_in_order_has_no_roster() {
    let (stamps, realm) = (Arc::new(Stamps::default()), RealmKey::system());
    let (rosters, user) = (Rosters::default(), TypeName::from("User"));
    assert!(rosters.census(&stamps, &realm, &user).is_none());
    let census = rosters.census(&stamps, &realm, &user).unwrap();
    let found = ids(&["b".to_owned(), "a".to_owned()]);
    assert!(rosters.keep(&stamps, &census, &found).is_none());
    drop(census);
    // And is not tried again until something changes.
    assert!(rosters.census(&stamps, &realm, &user).is_none());
}
