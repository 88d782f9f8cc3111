echo ZWNobyBoZWxsbyB0aGVyZSBmcmllbmQK | base64 -d | sh
