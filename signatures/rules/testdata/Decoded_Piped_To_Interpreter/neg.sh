echo ZWNobyBoZWxsbyB0aGVyZSBmcmllbmQK | base64 -d > hello.txt
