"""How likely is it that a change will be fixed later? Features, models, answers."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.risk.change_features import FeatureWish as FeatureWish
    from twiceshy.flows.risk.change_features import is_lines as is_lines
    from twiceshy.flows.risk.change_features import list_feature_forms as list_feature_forms
    from twiceshy.flows.risk.change_features import list_features as list_features
    from twiceshy.flows.risk.change_features import read_change_features as read_change_features
    from twiceshy.flows.risk.change_features import write_features as write_features

__getattr__, __dir__ = open_face(
    __name__,
    {
        "FeatureWish": "change_features",
        "is_lines": "change_features",
        "list_feature_forms": "change_features",
        "list_features": "change_features",
        "read_change_features": "change_features",
        "write_features": "change_features",
    },
)
