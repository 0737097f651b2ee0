"""What a person gives away of a history, and what others gave: consent first, figures only, sent by people only."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_data.contribute.bundles import BundleWish as BundleWish
    from twiceshy_data.contribute.bundles import SignedBundle as SignedBundle
    from twiceshy_data.contribute.bundles import add_bundle as add_bundle
    from twiceshy_data.contribute.bundles import is_known_signer as is_known_signer
    from twiceshy_data.contribute.bundles import list_bundles as list_bundles
    from twiceshy_data.contribute.bundles import make_bundle as make_bundle
    from twiceshy_data.contribute.bundles import read_bundle as read_bundle
    from twiceshy_data.contribute.bundles import remove_bundle as remove_bundle
    from twiceshy_data.contribute.bundles import revoke_bundle as revoke_bundle
    from twiceshy_data.contribute.project_consents import ConsentWish as ConsentWish
    from twiceshy_data.contribute.project_consents import disable_sharing as disable_sharing
    from twiceshy_data.contribute.project_consents import enable_sharing as enable_sharing
    from twiceshy_data.contribute.project_consents import read_consent_text as read_consent_text
    from twiceshy_data.contribute.project_consents import show_sharing as show_sharing
    from twiceshy_data.contribute.write_contribution import export_contribution as export_contribution
    from twiceshy_data.contribute.write_contribution import preview_contribution as preview_contribution

__getattr__, __dir__ = open_face(
    __name__,
    {
        "ConsentWish": "project_consents",
        "disable_sharing": "project_consents",
        "enable_sharing": "project_consents",
        "export_contribution": "write_contribution",
        "preview_contribution": "write_contribution",
        "read_consent_text": "project_consents",
        "show_sharing": "project_consents",
        "BundleWish": "bundles",
        "SignedBundle": "bundles",
        "add_bundle": "bundles",
        "is_known_signer": "bundles",
        "list_bundles": "bundles",
        "make_bundle": "bundles",
        "read_bundle": "bundles",
        "remove_bundle": "bundles",
        "revoke_bundle": "bundles",
    },
)
