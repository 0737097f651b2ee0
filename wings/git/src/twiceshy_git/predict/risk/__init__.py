"""Risk: will this change be corrected, reverted or fixed?"""
