"""What of a history a model can learn from: rows for other programs, how good they are, and when training pays."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_data.recipes.change_features import FeatureWish as FeatureWish
    from twiceshy_data.recipes.change_features import is_lines as is_lines
    from twiceshy_data.recipes.change_features import list_feature_forms as list_feature_forms
    from twiceshy_data.recipes.change_features import list_features as list_features
    from twiceshy_data.recipes.change_features import read_change_features as read_change_features
    from twiceshy_data.recipes.change_features import write_features as write_features
    from twiceshy_data.recipes.export_folders import export_folder as export_folder
    from twiceshy_data.recipes.export_records import MixWish as MixWish
    from twiceshy_data.recipes.export_records import export_mix as export_mix
    from twiceshy_data.recipes.export_records import export_rows as export_rows
    from twiceshy_data.recipes.export_records import find_form as find_form
    from twiceshy_data.recipes.export_records import is_folder as is_folder
    from twiceshy_data.recipes.export_records import is_text as is_text
    from twiceshy_data.recipes.export_records import list_forms as list_forms
    from twiceshy_data.recipes.export_records import list_levels as list_levels
    from twiceshy_data.recipes.export_records import read_split_wish as read_split_wish
    from twiceshy_data.recipes.milestones import estimate_milestones as estimate_milestones
    from twiceshy_data.recipes.milestones import measure_milestones as measure_milestones
    from twiceshy_data.recipes.outgoing_rows import ExportWish as ExportWish
    from twiceshy_data.recipes.outgoing_rows import find_remedy as find_remedy
    from twiceshy_data.recipes.quality import look_at_quality as look_at_quality

__getattr__, __dir__ = open_face(
    __name__,
    {
        "FeatureWish": "change_features",
        "is_lines": "change_features",
        "list_feature_forms": "change_features",
        "list_features": "change_features",
        "read_change_features": "change_features",
        "write_features": "change_features",
        "ExportWish": "outgoing_rows",
        "export_folder": "export_folders",
        "find_remedy": "outgoing_rows",
        "export_rows": "export_records",
        "is_folder": "export_records",
        "is_text": "export_records",
        "find_form": "export_records",
        "list_forms": "export_records",
        "look_at_quality": "quality",
        "estimate_milestones": "milestones",
        "measure_milestones": "milestones",
        "list_levels": "export_records",
        "MixWish": "export_records",
        "export_mix": "export_records",
        "read_split_wish": "export_records",
    },
)
