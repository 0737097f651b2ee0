"""What sort of call is it, which calls follow it, and did one of them do the same thing?"""
