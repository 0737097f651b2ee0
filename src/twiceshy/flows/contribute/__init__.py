"""What a person gives away of a history, and what others gave: consent first, figures only, sent by people only."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.contribute.project_consents import ConsentWish as ConsentWish
    from twiceshy.flows.contribute.project_consents import disable_sharing as disable_sharing
    from twiceshy.flows.contribute.project_consents import enable_sharing as enable_sharing
    from twiceshy.flows.contribute.project_consents import read_consent_text as read_consent_text
    from twiceshy.flows.contribute.project_consents import show_sharing as show_sharing

__getattr__, __dir__ = open_face(
    __name__,
    {
        "ConsentWish": "project_consents",
        "disable_sharing": "project_consents",
        "enable_sharing": "project_consents",
        "read_consent_text": "project_consents",
        "show_sharing": "project_consents",
    },
)
