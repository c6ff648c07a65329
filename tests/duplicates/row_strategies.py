"""Small crowded rolls: few values each, so that rows meet, clash and nearly agree."""

from attrs import evolve
from hypothesis import strategies as st

from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.rows import canonical

GIVEN = st.sampled_from(
    ["Anna", "Ana", "Anan", "Bob", "Robert", "R", "Jo", "Joanna", "王", "Юлия", "Julia", ""]
)
FAMILY = st.sampled_from(["Berg", "Breg", "Bergs", "Smith", "Smyth", "Smiths", "小明", "de Souza"])
NAMES = st.one_of(
    st.builds("{} {}".format, GIVEN, FAMILY),
    st.builds("{1} {0}".format, GIVEN, FAMILY),
    st.builds("{} {} {}".format, GIVEN, GIVEN, FAMILY),
)
MAILS = st.sampled_from(
    [
        "",
        "anna@example.org",
        "ann@example.org",
        "nana@example.org",
        "üna@example.org",
        "b@x.example",
    ]
)
LISTINGS = st.builds(
    Listing,
    id=st.just(""),
    name=NAMES,
    email=MAILS,
    phone=st.sampled_from(["", "", "07700900123", "+447700900123", "07700900124"]),
    address=st.sampled_from(["", "1 High St", "1 High Street", "11 High Street", "1 Hihg Street"]),
    town=st.sampled_from(["", "Ely", "Bath"]),
    postcode=st.sampled_from(["", "AB1 2CD", "AB12CD", "AB1 2DC", "XY9 9ZZ"]),
    birth_date=st.sampled_from(["", "1990-02-03", "1990-03-02", "1990-02-04", "1971-11-30"]),
)
ROLLS = st.lists(LISTINGS, max_size=14).map(
    lambda listings: [
        canonical(evolve(listing, id=f"s{number:02}")) for number, listing in enumerate(listings)
    ]
)
