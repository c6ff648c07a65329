import pytest

from petitionkit.codec import from_plain, from_toml, to_toml
from petitionkit.disclosure import Disclosed, Disclosure
from petitionkit.errors import InvalidValueError
from petitionkit.policy import Policy
from petitionkit.problems import Problem


def problems(*fields: Disclosed) -> list[str]:
    with pytest.raises(InvalidValueError) as refused:
        Disclosure(fields=fields)
    return [f"{problem.field} {problem.code}" for problem in refused.value.problems]


def test_names_and_days_are_shown_where_the_policy_says_nothing() -> None:
    assert Disclosure().fields == ("name", "kind", "signed_on")


def test_a_roll_shows_something_and_nothing_twice() -> None:
    assert problems() == ["fields required"]
    assert problems(Disclosed.NAME, Disclosed.REGION, Disclosed.NAME) == ["fields repeated"]


@pytest.mark.parametrize("field", ["email", "phone", "e-mail", "source", "id", "attestations"])
def test_no_policy_can_disclose_where_to_write_to(field: str) -> None:
    assert field not in set(Disclosed)
    text = f'name = "a"\nversion = "1"\n[disclosure]\nfields = ["name", "{field}"]\n'
    with pytest.raises(InvalidValueError) as refused:
        from_toml(Policy, text)
    found: Problem = refused.value.problems[0]
    assert (found.code, found.field) == ("unknown_choice", "disclosure.fields.1")


def test_a_policy_says_it_in_its_file() -> None:
    text = 'name = "a"\nversion = "1"\n[disclosure]\nfields = ["name", "region"]\n'
    policy = from_toml(Policy, text)
    assert policy.disclosure == Disclosure(fields=(Disclosed.NAME, Disclosed.REGION))
    assert from_toml(Policy, to_toml(policy)) == policy


@pytest.mark.parametrize(
    ("form", "shown", "found"),
    [
        ("", "comment", "required form.comment"),
        ("comment = 'optional'", "comment", ""),
        ("", "region", ""),
        ("birth_date = 'required'", "birth_date", "not_kept form.kept.birth_date"),
        ("birth_date = 'required'\nkept = { birth_date = 'keep' }", "birth_date", ""),
    ],
)
def test_a_policy_discloses_what_its_form_asks_for_and_keeps(
    form: str, shown: str, found: str
) -> None:
    text = f"name = 'a'\nversion = '1'\n[form]\n{form}\n[disclosure]\nfields = ['{shown}']\n"
    refused: list[str] = []
    try:
        from_toml(Policy, text)
    except InvalidValueError as error:
        refused = [f"{problem.code} {problem.field}" for problem in error.problems]
    assert refused == [found] * bool(found)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"public": ("name", "email")}, "public.1 unknown_choice"),
        ({"public": ("name", "street")}, "public.1 unknown_choice"),
        ({"public": ("name", "name")}, "public repeated"),
        ({"narrowed_by": ("organiser",)}, "narrowed_by.signer required"),
        ({"narrowed_by": ("signer", "signer")}, "narrowed_by repeated"),
        ({"narrowed_by": ("signer", "public")}, "narrowed_by misplaced"),
        ({"widened_by": ("addressee",)}, "widened_by misplaced"),
        ({"fewest": 0}, "fewest too_small"),
    ],
)
def test_what_everybody_is_shown_is_chosen_with_care(said: dict[str, object], found: str) -> None:
    plain = {"name": "a", "version": "1", "disclosure": said}
    with pytest.raises(InvalidValueError) as refused:
        from_plain(Policy, plain)
    [one] = refused.value.problems
    assert f"{one.field} {one.code}" == f"disclosure.{found}"


def test_nobody_is_published_unless_the_policy_says_so() -> None:
    assert Disclosure().public == ()
