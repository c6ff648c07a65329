"""Whether the parts of a policy about signers agree: form, identity, proof, disclosure and so on.

Each part is refused by its own constructor for what is wrong in itself; here is what only
shows when they are put together.
"""

from collections.abc import Iterator

from petitionkit.claims import FIELD_OF, Identity
from petitionkit.disclosure import Disclosure
from petitionkit.eligibility import Eligibility, fields_of
from petitionkit.form import Confirmation, Demand, Form, FormField, Keeping
from petitionkit.problems import Problem, problem

__all__ = ["asked", "disagreements"]


def asked(form: Form, eligibility: Eligibility, name: FormField) -> bool:
    """Whether a form asks for a field, for itself or because who may sign hangs on it."""
    return form.demand(name) is not Demand.UNWANTED or name in fields_of(eligibility)


def disagreements(
    form: Form,
    eligibility: Eligibility,
    identity: Identity,
    confirmation: Confirmation,
    disclosure: Disclosure,
) -> Iterator[Problem]:
    """Everything on which the parts contradict each other."""
    if confirmation.by_mail and form.email is not Demand.REQUIRED:
        yield problem("required", "form.email")
    for kind in identity.kinds:
        if not asked(form, eligibility, FIELD_OF[kind]):
            yield problem("required", f"form.{FIELD_OF[kind]}")
    lost = [kind for kind in identity.kinds if form.kept.of(FIELD_OF[kind]) is not Keeping.KEEP]
    if identity.invalidation_frees:
        for kind in lost:
            yield problem("not_kept", f"form.kept.{FIELD_OF[kind]}")
    shown = {field.value for field in disclosure.fields}
    for name in (field for field in FormField if field.value in shown):
        if not asked(form, eligibility, name):
            yield problem("required", f"form.{name}")
        elif form.kept.of(name) is not Keeping.KEEP:
            yield problem("not_kept", f"form.kept.{name}")
    on_both = (way for way in identity.ways if {FIELD_OF[kind] for kind in way} <= _paper(form))
    if form.on_paper and not identity.web_or_paper and not any(on_both):
        yield problem("no_common_claim", "form.on_paper")


def _paper(form: Form) -> frozenset[FormField]:
    return frozenset((FormField.NAME, *form.on_paper))
