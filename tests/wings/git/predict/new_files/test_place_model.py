"""Weights as a file."""

import pytest

from twiceshy.base.errors import StoreCorrupt
from twiceshy.wings.git.predict.new_files.place_model import decode_place_model, encode_place_model, load_place_model


def test_weights_go_to_a_file_and_back() -> None:
    model = load_place_model()
    assert decode_place_model(encode_place_model(model)) == model
    with pytest.raises(StoreCorrupt, match="install again"):
        decode_place_model(b'{"creating": {}, "places": {}, "card": {}}')
