"""Notices: messages to people, each sent once, after the fact is stored.

A *notice* is a row keyed by person, kind and subject; the tick collects what is to be said
and sends it. A mail server that is down delays mail and nothing else.
"""
