//! The OData V4 feed at `/app/OData/`: its documents, each option, pages, and what it refuses.

use std::collections::BTreeSet;
use std::process::Command;

use passmuster_tests::{Database, Server, odata_client, on_both_databases, on_each_database, root};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, Sender, send};

const MAPPING: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first", "target": "user.first_name"},
    {"api_field": "last", "target": "user.last_name"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "active", "target": "user.is_active"},
    {"api_field": "role", "target": "user.role"},
    {"api_field": "tags", "target": "user.tags"},
    {"api_field": "aliases", "target": "user.aliases"},
    {"api_field": "team", "target": "group_membership:Team"},
    {"api_field": "office", "target": "group_membership:Office"},
    {"api_field": "leads", "target": "group_manager:Team"},
    {"api_field": "variables", "target": "attribute:Custom Variables"}]}"#;

const VARIABLES: &str = r#"[{"name": "Quota", "value": "100", "startDate": "2026-01-01", "endDate": null},
    {"name": "Quota", "value": 200, "startDate": "2027-01-01T00:00:00Z"}, {"name": "Area", "value": "It's west"}]"#;

struct Feed<'s> {
    sender: Sender<'s>,
    key: String,
}

impl<'s> Feed<'s> {
    /// Ann, who leads Dogs and Cats; Bob in Dogs, who left; Cy O'Neil in Cats; Zoë in no team.
    async fn of(server: &'s Server) -> Self {
        for name in ["Team", "Office"] {
            assert_eq!(server.cli(&["group-type", "create", name]).code, 0);
        }
        assert_eq!(
            server
                .cli(&["attribute", "create", "Custom Variables", "--kind", "json"])
                .code,
            0
        );
        let sender = Sender::of_mapped_json(server, MAPPING);
        let people = json!([
            {"email": "ann@a.co", "first": "Ann", "last": "Ray", "team": "Dogs", "office": "Rome", "leads": "Cats;Dogs",
             "tags": "new|west", "aliases": "annie@a.co", "role": "Participant", "variables": VARIABLES, "active": true},
            {"email": "bob@a.co", "first": "Bob", "last": "Ray", "team": "Dogs", "office": "Oslo", "manager": "ann@a.co",
             "active": false},
            {"email": "Cy@a.co", "first": "Cy", "last": "O'Neil", "team": "Cats", "manager": "ann@a.co", "tags": "west",
             "active": true},
            {"email": "zoe+x@a.co", "first": "Zoë & Co", "last": "Ångström", "manager": "Cy@a.co", "active": true}]);
        sender.upload(people.to_string()).await.expect(201);
        let key = server
            .cli(&["api-key", "create", "--name", "Power BI", "--output", "json"])
            .json();
        let key = key["api_key"].as_str().unwrap().to_owned();
        Self { sender, key }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = format!("/app/OData{path}");
        self.sender.server.request(method, &path).header("X-ApiKey", &self.key)
    }

    async fn answer(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    #[track_caller]
    fn get(&self, path: &str) -> impl Future<Output = Value> {
        let (path, answer) = (path.to_owned(), self.request(Method::GET, path));
        async move {
            let answer = send(answer).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            answer.body
        }
    }

    /// The first parts of the addresses of users.
    async fn names(&self, query: &str) -> Vec<String> {
        names(&self.get(&format!("/User?{query}")).await)
    }

    /// All pages of a collection.
    async fn all(&self, path: &str) -> Vec<Value> {
        let (mut path, mut rows) = (path.to_owned(), Vec::new());
        loop {
            let page = self.get(&path).await;
            rows.extend(page["value"].as_array().unwrap().clone());
            let Some(next) = page["@odata.nextLink"].as_str() else {
                return rows;
            };
            path = behind_feed(next);
        }
    }

    async fn id(&self, email: &str) -> String {
        self.sender.user(email).await["id"].as_str().unwrap().to_owned()
    }

    async fn refused(&self, path: &str, status: u16, words: &str) {
        let answer = self.answer(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        let message = answer.body["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{path}: {}", answer.body);
        assert!(answer.body["error"]["code"].is_string(), "{path}");
        assert_eq!(answer.header("odata-version"), "4.0", "{path}");
    }
}

fn behind_feed(link: &str) -> String {
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    link.split_once("/app/OData").unwrap().1.to_owned()
}

fn names(page: &Value) -> Vec<String> {
    let rows = page["value"].as_array().unwrap().iter();
    rows.map(|row| {
        row["emailAddress"]
            .as_str()
            .unwrap()
            .split(['@', '+'])
            .next()
            .unwrap()
            .to_lowercase()
    })
    .collect()
}

on_both_databases! {
    async fn the_documents_say_what_there_is(server: Server) {
        let feed = Feed::of(&server).await;
        for path in ["", "/"] {
            let answer = feed.answer(path).await;
            assert_eq!(answer.header("odata-version"), "4.0");
            assert!(answer.header("content-type").starts_with("application/json;odata.metadata=minimal"));
            let document = answer.expect(200);
            assert!(document["@odata.context"].as_str().unwrap().ends_with("/app/OData/$metadata"));
            let sets: Vec<&str> = document["value"].as_array().unwrap().iter().map(|set| set["name"].as_str().unwrap()).collect();
            assert_eq!(sets, ["User", "Team", "Group", "Membership", "CustomVariable", "Upload"]);
            assert_eq!(document["value"][0], json!({"name": "User", "kind": "EntitySet", "url": "User"}));
        }
        let answer = feed.answer("/$metadata").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/xml;charset=utf-8"));
        let xml = answer.body.as_str().unwrap();
        for part in [
            "<edmx:Edmx Version=\"4.0\"",
            "<EntitySet Name=\"User\" EntityType=\"Passmuster.User\">",
            "<Property Name=\"tags\" Type=\"Collection(Edm.String)\" Nullable=\"false\"/>",
            "<NavigationProperty Name=\"memberships\" Type=\"Collection(Passmuster.Membership)\"/>",
            "<PropertyRef Name=\"groupId\"/>",
        ] {
            assert!(xml.contains(part), "{part} in {xml}");
        }
    }

    async fn a_user_is_shown_with_everything(server: Server) {
        let feed = Feed::of(&server).await;
        let page = feed.get("/User?$filter=emailAddress%20eq%20'ann@a.co'").await;
        let user = &page["value"][0];
        let id = feed.id("ann@a.co").await;
        for (name, value) in [
            ("id", json!(id)), ("emailAddress", json!("ann@a.co")), ("firstName", json!("Ann")), ("lastName", json!("Ray")),
            ("username", json!(null)), ("managerId", json!(null)), ("isActive", json!(true)), ("isManager", json!(true)),
            ("isAdmin", json!(false)), ("role", json!("Participant")), ("tags", json!(["new", "west"])),
            ("aliases", json!(["annie@a.co"])),
        ] {
            assert_eq!(user[name], value, "{name}");
        }
        let created = user["createdAt"].as_str().unwrap();
        assert!(created.starts_with("20") && created.ends_with('Z'), "{created}");
        let one = feed.get(&format!("/User('{id}')")).await;
        assert!(one["@odata.context"].as_str().unwrap().ends_with("/app/OData/$metadata#User/$entity"));
        assert_eq!(one["emailAddress"], "ann@a.co");
        assert_eq!(feed.get(&format!("/User(id='{id}')/")).await["id"], json!(id));
        let name = feed.get(&format!("/User('{id}')/firstName")).await;
        assert_eq!(name["value"], "Ann");
        assert!(name["@odata.context"].as_str().unwrap().ends_with(&format!("$metadata#User('{id}')/firstName")));
        assert_eq!(feed.answer(&format!("/User('{id}')/firstName/$value")).await.body, "Ann");
        assert_eq!(feed.answer(&format!("/User('{id}')/username")).await.status, 204);
        assert_eq!(feed.answer(&format!("/User('{id}')/manager")).await.status, 204);
        assert_eq!(feed.answer(&format!("/User('{id}')/tags/$count")).await.body, 2);
        let bob = feed.id("bob@a.co").await;
        assert_eq!(feed.get(&format!("/User('{bob}')/manager/memberships?$select=groupName&$orderby=groupName")).await["value"],
            json!([{"groupName": "Dogs"}, {"groupName": "Rome"}]));
    }

    async fn each_filter_finds_its_users(server: Server) {
        let feed = Feed::of(&server).await;
        for (filter, found) in [
            ("isActive eq false", "bob"), ("not isActive", "bob"), ("lastName eq 'O''Neil'", "cy"),
            ("emailAddress eq 'zoe%2Bx@a.co'", "zoe"), ("emailAddress eq 'ANN@a.co'", ""),
            ("tolower(emailAddress) eq 'cy@a.co'", "cy"), ("firstName eq 'Zoë %26 Co'", "zoe"),
            ("startswith(lastName,'Å')", "zoe"), ("contains(emailAddress,'o')", "ann bob cy zoe"), ("endswith(lastName,'ay')", "ann bob"),
            ("firstName in ('Ann','Cy')", "ann cy"), ("firstName gt 'Ann' and firstName lt 'D'", "bob cy"),
            ("tags/any(t:t eq 'west')", "ann cy"), ("tags/any(t:t eq 'west') and not tags/any(t:t eq 'new')", "cy"),
            ("not tags/any()", "bob zoe"), ("tags/$count eq 2", "ann"), ("aliases/any(a:startswith(a,'annie'))", "ann"),
            ("memberships/any(m:m/groupType eq 'Team' and m/groupName eq 'Dogs')", "ann bob"),
            ("teams/any(t:t/name eq 'Cats')", "cy"), ("managedGroups/any(g:g/name eq 'Cats')", "ann"),
            ("groups/all(g:g/groupType eq 'Team')", "cy zoe"), ("manager/emailAddress eq 'ann@a.co'", "bob cy"),
            ("manager/manager/firstName eq 'Ann'", "zoe"), ("manager eq null", "ann"), ("username eq null", "ann bob cy zoe"),
            ("role ne null", "ann"), ("createdAt gt 2020-01-01T00:00:00Z", "ann bob cy zoe"), ("createdAt lt 2020-01-01", ""),
            ("customVariables/any(v:v/name eq 'Area')", "ann"), ("directReports/any()", "ann cy"),
        ] {
            let found: Vec<&str> = found.split_whitespace().collect();
            assert_eq!(feed.names(&format!("$orderby=emailAddress&$filter={filter}")).await, sorted(&found), "{filter}");
            let count = feed.answer(&format!("/User/$count?$filter={filter}")).await.body;
            assert_eq!(count, found.len(), "{filter}");
        }
        // As forms and hands write it.
        assert_eq!(feed.names("$filter=firstName+eq+'Ann'").await, ["ann"]);
        assert_eq!(feed.names("%24filter=firstName+eq+%27Zo%C3%AB+%26+Co%27").await, ["zoe"]);
        assert_eq!(feed.names("$filter=contains(emailAddress,'e+x')").await, ["zoe"]);
    }

    async fn rows_are_chosen_ordered_and_counted(server: Server) {
        let feed = Feed::of(&server).await;
        assert_eq!(feed.names("$orderby=lastName desc,firstName").await, ["zoe", "ann", "bob", "cy"]);
        assert_eq!(feed.names("$orderby=manager/firstName,firstName desc").await, ["ann", "cy", "bob", "zoe"]);
        assert_eq!(feed.names("$orderby=length(firstName) desc,emailAddress&$skip=1&$top=2").await, ["ann", "bob"]);
        let page = feed.get("/User?$top=2&$skip=1&$count=true&$select=emailAddress,id").await;
        assert_eq!(page["@odata.count"], 4);
        assert!(page["@odata.context"].as_str().unwrap().ends_with("$metadata#User(emailAddress,id)"));
        assert_eq!(page["value"][0].as_object().unwrap().len(), 2);
        assert_eq!((names(&page).len(), &page["@odata.nextLink"]), (2, &json!(null)));
        let none = feed.get("/User?$top=0&$count=true&$filter=isActive").await;
        assert_eq!((&none["@odata.count"], &none["value"]), (&json!(3), &json!([])));
        assert_eq!(feed.answer("/User/$count").await.body, 4);
        assert_eq!(feed.answer("/Membership/$count").await.body, 5);
    }

    async fn what_rows_lead_to_is_expanded(server: Server) {
        let feed = Feed::of(&server).await;
        let query = "/User?$filter=firstName eq 'Ann'&$select=firstName&$expand=memberships($select=groupName;$orderby=groupName desc;$count=true),\
                     teams($select=name;$expand=members($select=firstName;$filter=isActive;$orderby=firstName)),manager,\
                     directReports($select=firstName;$top=1;$orderby=firstName desc)";
        let page = feed.get(query).await;
        assert_eq!(page["value"], json!([{
            "firstName": "Ann", "manager": null,
            "memberships@odata.count": 2, "memberships": [{"groupName": "Rome"}, {"groupName": "Dogs"}],
            "teams": [{"name": "Dogs", "members": [{"firstName": "Ann"}]}],
            "directReports": [{"firstName": "Cy"}],
        }]));
        let context = page["@odata.context"].as_str().unwrap();
        assert!(context.ends_with("#User(firstName,memberships(groupName),teams(name,members(firstName)),manager(),directReports(firstName))"), "{context}");
        let cats = feed.get("/Team?$filter=name eq 'Cats'&$expand=managers($select=firstName),members($select=firstName)").await;
        assert_eq!((&cats["value"][0]["managers"], &cats["value"][0]["members"]), (&json!([{"firstName": "Ann"}]), &json!([{"firstName": "Cy"}])));
        let everything = feed.get("/User?$expand=*&$top=1").await;
        assert!(everything["value"][0]["customVariables"].is_array());
        let memberships = feed.get("/Membership?$expand=user($select=firstName),group&$filter=group/name eq 'Oslo'").await;
        assert_eq!((&memberships["value"][0]["user"]["firstName"], &memberships["value"][0]["group"]["groupType"]), (&json!("Bob"), &json!("Office")));
    }

    async fn the_other_sets_are_read(server: Server) {
        let feed = Feed::of(&server).await;
        let groups = feed.get("/Group?$orderby=groupType,name&$select=name,groupType").await;
        assert_eq!(groups["value"], json!([
            {"name": "Oslo", "groupType": "Office"}, {"name": "Rome", "groupType": "Office"},
            {"name": "Cats", "groupType": "Team"}, {"name": "Dogs", "groupType": "Team"}]));
        let teams = feed.get("/Team?$select=name&$orderby=name").await;
        assert_eq!(teams["value"], json!([{"name": "Cats"}, {"name": "Dogs"}]));
        let ann = feed.id("ann@a.co").await;
        let variables = feed.get("/CustomVariable").await;
        assert_eq!(variables["value"], json!([
            {"userId": ann, "name": "Area", "position": 0, "value": "It's west", "startDate": null, "endDate": null, "emailAddress": "ann@a.co"},
            {"userId": ann, "name": "Quota", "position": 0, "value": "100", "startDate": "2026-01-01", "endDate": null, "emailAddress": "ann@a.co"},
            {"userId": ann, "name": "Quota", "position": 1, "value": "200", "startDate": "2027-01-01", "endDate": null, "emailAddress": "ann@a.co"}]));
        let one = feed.get(&format!("/CustomVariable(position=1,name='Quota',userId='{ann}')")).await;
        assert_eq!(one["value"], "200");
        let found = feed.get(&format!("/CustomVariable?$filter=userId eq '{ann}' and startDate ge 2027-01-01")).await;
        assert_eq!(found["value"].as_array().unwrap().len(), 1);
        let uploads = feed.get("/Upload").await;
        let upload = &uploads["value"][0];
        assert_eq!((&upload["outcome"], &upload["records"], &upload["created"]), (&json!("applied"), &json!(4), &json!(4)));
        let membership = feed.get("/Membership?$filter=groupName eq 'Rome'").await["value"][0].clone();
        let key = format!("/Membership(userId='{ann}',groupId='{}')", membership["groupId"].as_str().unwrap());
        assert_eq!(feed.get(&key).await["emailAddress"], "ann@a.co");
        assert_eq!(feed.get(&format!("{key}/group/members?$count=true")).await["@odata.count"], 1);
    }

    async fn pages_go_on_while_users_come(server: Server) {
        let feed = Feed::of(&server).await;
        let more: Vec<Value> = (0..40).map(|at| json!({
            "email": format!("p{at:02}@a.co"), "first": format!("P{}", at % 3), "last": "Doe", "active": true})).collect();
        feed.sender.upload(json!(more).to_string()).await.expect(201);
        for query in ["$select=emailAddress", "$orderby=firstName desc&$select=emailAddress&$count=true"] {
            let preferring = |path: &str| feed.request(Method::GET, path).header("Prefer", "odata.maxpagesize=7");
            let mut path = format!("/User?{query}");
            let (mut seen, mut rows, mut pages) = (BTreeSet::new(), 0, 0);
            loop {
                let answer = send(preferring(&path)).await;
                assert_eq!(answer.header("preference-applied"), "odata.maxpagesize=7");
                let page = answer.expect(200);
                pages += 1;
                if query.contains("count") {
                    assert_eq!(page["@odata.count"].as_u64().unwrap(), 44);
                }
                for name in names(&page) {
                    rows += 1;
                    assert!(seen.insert(name), "{page}");
                }
                let Some(next) = page["@odata.nextLink"].as_str() else { break };
                assert!(next.contains("$select=emailAddress") && next.contains("$skiptoken="), "{next}");
                path = behind_feed(next);
                // Somebody leaves the list, in front of the mark.
                if pages == 2 {
                    let change = json!({"first_name": "Renamed"});
                    send(feed.sender.admin(Method::PATCH, "users/ann@a.co").json(&change)).await.expect(200);
                }
            }
            assert!(seen.is_superset(&["bob", "cy", "p00", "p39"].map(str::to_owned).into()), "{seen:?}");
            assert!(rows >= 43 && pages >= 6, "{rows} {pages}");
            let back = json!({"first_name": "Ann"});
            send(feed.sender.admin(Method::PATCH, "users/ann@a.co").json(&back)).await.expect(200);
        }
        // What is asked for in all is bounded by $top over the pages.
        let mut request = feed.request(Method::GET, "/User?$top=10").header("Prefer", "maxpagesize=4");
        let mut sizes = Vec::new();
        loop {
            let page = send(request).await.expect(200);
            sizes.push(names(&page).len());
            let Some(next) = page["@odata.nextLink"].as_str() else { break };
            request = feed.request(Method::GET, &behind_feed(next)).header("Prefer", "maxpagesize=4");
        }
        assert_eq!(sizes, [4, 4, 2]);
        assert_eq!(feed.all("/Membership?$top=3").await.len(), 3);
    }

    async fn what_is_not_understood_is_refused_in_words(server: Server) {
        let feed = Feed::of(&server).await;
        let id = feed.id("ann@a.co").await;
        for (path, status, words) in [
            ("/User?$filter=colour eq 'red'", 400, "\"colour\" is no property of User"),
            ("/User?$filter=firstName eq 'Ann", 400, "not closed"),
            ("/User?$filter=isActive eq 'yes'", 400, "can't be compared"),
            ("/User?$filter=firstName eq 'a' add 1", 501, "not done here"),
            ("/User?$select=colour", 400, "no property of User"),
            ("/User?$expand=colour", 400, "no navigation property"),
            ("/User?$expand=memberships($colour=1)", 400, "no option of OData"),
            ("/User?$expand=memberships($filter=x eq 1)", 400, "no property of Membership"),
            ("/User?$orderby=tags", 400, "ordered by"),
            ("/User?$orderby=firstName up", 400, "asc or desc"),
            ("/User?$top=-1", 400, "no whole number"),
            ("/User?$skip=x", 400, "no whole number"),
            ("/User?$count=yes", 400, "neither true nor false"),
            ("/User?$top=1&$top=2", 400, "twice"),
            ("/User?$colour=red", 400, "no option of OData"),
            ("/User?$search=ann", 501, "not done here"),
            ("/User?filter=isActive", 400, "only with $ before it"),
            ("/User?$skiptoken=x", 400, "none of this request"),
            ("/User?$skiptoken={\"after\":[],\"top\":null,\"count\":null}", 400, "none of this request"),
            ("/User?$format=atom", 406, "not written here"),
            ("/User('x')", 404, "no such User"),
            ("/User(5)", 400, "no key of User"),
            ("/User('x'", 400, "does not end"),
            ("/Users", 404, "Its name is User."),
            ("/user", 404, "no entity set"),
            ("/User/colour", 404, "Nothing is called"),
            ("/$batch", 501, "not done here"),
            ("/Membership(userId='x')", 400, "written like Membership(userId='…',groupId='…')"),
        ] {
            feed.refused(path, status, words).await;
        }
        feed.refused(&format!("/User('{id}')?$filter=isActive"), 400, "can't be asked of this").await;
        feed.refused(&format!("/User('{id}')/tags/$value"), 400, "no $value").await;
        let deep = format!("/User?$filter={}isActive{}", "(".repeat(33), ")".repeat(33));
        feed.refused(&deep, 400, "more than 32 levels").await;
        let long = format!("/User?$filter=firstName eq '{}'", "x".repeat(16_384));
        feed.refused(&long, 400, "at most 16384").await;
        assert_eq!(feed.answer("/User?$filter=firstName eq 1").await.body["error"]["target"], "$filter");
        // What begins without $ is the client's own.
        assert_eq!(feed.get("/User?myOption=1&$filter=firstName eq 'Ann'").await["value"][0]["firstName"], "Ann");
    }

    async fn only_a_key_lets_in_and_only_to_read(server: Server) {
        let feed = Feed::of(&server).await;
        let without = send(server.get("/app/OData/User")).await;
        assert_eq!((without.status, without.body["error"]["code"].as_str()), (401, Some("authentication")));
        assert!(without.header("www-authenticate").starts_with("Basic realm="));
        assert_eq!(without.header("odata-version"), "4.0");
        let wrong = send(server.get("/app/OData/$metadata").header("X-ApiKey", "nonsense")).await;
        assert_eq!(wrong.status, 401);
        assert_eq!(send(server.get("/app/OData/User").header("X-ApiKey", &feed.sender.token)).await.status, 401);
        let basic = server.get("/app/OData/User").basic_auth("anybody", Some(&feed.key));
        assert_eq!(send(basic).await.expect(200)["value"].as_array().unwrap().len(), 4);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = send(feed.request(method, "/User")).await;
            assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"));
            assert!(answer.body["error"]["message"].is_string());
        }
        let head = feed.request(Method::HEAD, "/User").send().await.unwrap();
        assert_eq!(head.status(), 200);
        assert_eq!(head.headers()["odata-version"], "4.0");
        assert_eq!(feed.sender.emails().await.len(), 4);
        let new = json!({"name": "less", "permissions": ["Groups: Edit"]});
        let key = send(feed.sender.admin(Method::POST, "api-keys/").json(&new)).await.expect(201);
        let less = server.get("/app/OData/User").header("X-ApiKey", key["api_key"].as_str().unwrap());
        let less = send(less).await;
        assert_eq!((less.status, less.body["error"]["code"].as_str()), (403, Some("permission")));
        let old = send(feed.request(Method::GET, "/User").header("OData-MaxVersion", "3.0")).await;
        assert_eq!(old.status, 400);
    }

    async fn as_much_is_said_as_is_asked_for(server: Server) {
        let feed = Feed::of(&server).await;
        let with = |accept: &'static str, path: &str| feed.request(Method::GET, path).header("Accept", accept);
        let none = send(with("application/json;odata.metadata=none", "/Upload?$count=true")).await;
        assert!(none.header("content-type").contains("odata.metadata=none"));
        let none = none.expect(200);
        assert_eq!((&none["@odata.context"], &none["@odata.count"]), (&json!(null), &json!(1)));
        let full = send(with("application/json;odata.metadata=full;IEEE754Compatible=true", "/Upload")).await.expect(200);
        let upload = &full["value"][0];
        assert_eq!((&upload["@odata.type"], &upload["bytes@odata.type"]), (&json!("#Passmuster.Upload"), &json!("#Int64")));
        assert_eq!(upload["records"], "4");
        let id = upload["@odata.id"].as_str().unwrap();
        assert_eq!(feed.get(&behind_feed(id)).await["outcome"], "applied");
        assert_eq!(send(with("application/atom+xml", "/User")).await.status, 406);
        assert_eq!(send(with("text/html,*/*;q=0.8", "/User")).await.status, 200);
        let by_option = feed.answer("/User?$format=application/json;odata.metadata=full").await;
        assert!(by_option.header("content-type").contains("odata.metadata=full"));
    }
}

on_each_database! {
    async fn a_proxy_that_is_trusted_tells_the_scheme(database: Database) {
        let trusting = Server::start_with(database, &["--trusted-proxy", "127.0.0.0/8"]);
        let suspicious = Server::start(database);
        for (server, scheme) in [(&trusting, "https://"), (&suspicious, "http://")] {
            let feed = Feed::of(server).await;
            let request = feed.request(Method::GET, "/User?$top=3").header("X-Forwarded-Proto", "https");
            let page = send(request.header("Prefer", "odata.maxpagesize=1")).await.expect(200);
            for link in ["@odata.nextLink", "@odata.context"] {
                assert!(page[link].as_str().unwrap().starts_with(scheme), "{page}");
            }
        }
    }
}

fn sorted<'t>(found: &[&'t str]) -> Vec<&'t str> {
    let mut found = found.to_vec();
    // Capital letters come first, as Cy's address has one.
    found.sort_by_key(|name| if *name == "cy" { "Cy" } else { name });
    found
}

#[tokio::test]
async fn a_client_that_is_not_ours_reads_the_whole_feed() {
    let server = Server::start(Database::Sqlite);
    let feed = Feed::of(&server).await;
    let more = (0..2500).map(|at| {
        json!({"email": format!("p{at:04}@a.co"), "first": "Pat", "last": "Doe", "office": "Rome", "active": at % 2 == 0})
    });
    let more: Vec<Value> = more.collect();
    feed.sender.upload(json!(more).to_string()).await.expect(201);
    let (address, key) = (server.url("/app/OData/"), feed.key.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let script = root().join("tests/odata_client.py");
        Command::new(odata_client()).arg(script).args([address, key]).output()
    });
    let output = reading.await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = json!({
        "counts": {"CustomVariable": 3, "Group": 4, "Membership": 2505, "Team": 2, "Upload": 2, "User": 2504},
        "filtered": ["Cy@a.co"],
        "started": ["p0008@a.co", "p0006@a.co", "p0004@a.co"],
        "skipped": ["bob@a.co", "p0000@a.co"],
        "unicode": ["zoe+x@a.co"],
        "plus": ["zoe+x@a.co"],
        "by_time": 2504,
        "expanded": {"manager": "ann@a.co", "memberships": ["Cats"], "teams": ["Cats"]},
        "one": {"email": "Cy@a.co", "tags": ["west"], "year": read["one"]["year"].clone()},
        "walked": ["Cy@a.co", "bob@a.co"],
        "selected": ["100", "200", "It's west"],
        "dates": ["2026-01-01", "2027-01-01"],
    });
    assert_eq!(read, expected);
}
