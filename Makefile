start: ; python3 run.py
test: ; python3 run.py test
.PHONY: start test
