"""Reads the whole feed with python-odata, an OData V4 client that is not ours, and prints what it read as JSON.

Called by `tests/api/odata.rs` with the feed's address and a key; knows the feed only from its `$metadata`.
"""

import json
import sys

import requests
from odata import ODataService

address, key = sys.argv[1:]
session = requests.Session()
session.trust_env = False
session.auth = ("anybody", key)
service = ODataService(address, session=session, reflect_entities=True, quiet_progress=True)
sets = service.entities
User, Membership, Variable = sets["User"], sets["Membership"], sets["CustomVariable"]


def emails(query):
    return [user.emailAddress for user in query]


# All pages of each set: the client follows @odata.nextLink.
counts = {name: sum(1 for _ in service.query(entity)) for name, entity in sorted(sets.items())}

led = service.query(User).filter(User.managerId != None).filter(User.firstName == "Cy")  # noqa: E711
expanded = led.expand(User.memberships, User.manager, User.teams).first()
one = service.query(User).get(expanded.id)

print(
    json.dumps(
        {
            "counts": counts,
            "filtered": emails(service.query(User).filter(User.lastName == "O'Neil")),
            "started": emails(
                service.query(User)
                .filter(User.emailAddress.startswith("p000"))
                .filter(User.isActive == True)  # noqa: E712
                .order_by(User.emailAddress.desc())
                .limit(3)
            ),
            "skipped": emails(service.query(User).order_by(User.emailAddress.asc()).offset(2).limit(2)),
            "unicode": emails(service.query(User).filter(User.firstName == "Zoë & Co")),
            "plus": emails(service.query(User).filter(User.emailAddress == "zoe+x@a.co")),
            "by_time": len(list(service.query(User).filter(User.createdAt > one.createdAt.replace(year=2020)))),
            "expanded": {
                "manager": expanded.manager.emailAddress,
                "memberships": [membership.groupName for membership in expanded.memberships],
                "teams": [team.name for team in expanded.teams],
            },
            "one": {"email": one.emailAddress, "tags": one.tags, "year": one.createdAt.year},
            # Led on to, each by a request of its own.
            "walked": sorted(user.emailAddress for user in one.manager.directReports),
            "selected": [row["value"] for row in service.query(Variable).select(Variable.value).order_by(Variable.value.asc())],
            "dates": [str(row.startDate) for row in service.query(Variable).order_by(Variable.value.asc()).filter(Variable.name == "Quota")],
        }
    )
)
