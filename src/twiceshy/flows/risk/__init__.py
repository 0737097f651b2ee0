"""How likely is it that a change will be fixed later? Features, models, answers."""

from twiceshy.faces import open_face

__getattr__, __dir__ = open_face(__name__, {})
