"""First letters of services' keys, as text: nothing is compiled here."""

BEGINNINGS = (
    "gh[opsur]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas)-|xox[abeprs]-|xapp-|[sr]k_(?:live|test)_|"
    "whsec_|sk-|AIza|GOCSPX-|ya29\\.|1//0|hf_|gsk_|r8_|pplx-|xai-|npm_|pypi-AgE|rubygems_|dckr_[po]at_|cio|oy2|SG\\.|"
    "key-|do[por]_v1_|HRKU-|lin_(?:api|oauth)_|ntn_|secret_|figd_|AT[AC]TT3|ATBB|shp(?:at|ss|ca|pa)_|EAAA|sq0(?:atp|csp)-|"
    "dapi|gl(?:sa|c)_|NRAK-|NRII-|sntry[su]_|hv[sbr]\\.|dp\\.(?:pt|st|ct|sa)\\.|pul-|sbp_|sb_secret_|pscale_(?:tkn|pw|oauth)_|"
    "nfp_|AGE-SECRET-KEY-1|PMAK-|dt0c01\\.|bkua_|CCI(?:PAT|PRJ)_|sk\\.eyJ|phx_|re_|tskey-|lsv2_|pcsk_|nvapi-|tvly-|sq[pua]_|"
    "A(?:KIA|SIA|BIA|CCA)|ops_eyJ|EZAK|fo1_|CFPAT-|sgp_|fc-|e2b_|jina_|xkeysib-|LTAI|FLWSECK-|rzp_live_|tfp_|apify_api_|"
    "SWMTKN-|access-production-|sl\\.|AAAA[\\w-]{7}:APA91b|dG9rO|SK|ops_|pat[A-Za-z0-9]{14}\\."
)
"""First letters of services' keys, from their own pages, as known on 2026-11-22."""
