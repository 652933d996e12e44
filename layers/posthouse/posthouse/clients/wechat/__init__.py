"""WeChat's two hosts as Posthouse uses them: the mini-program API and WeChat Pay v3.

The modules are imported one by one, so that a login does not load the code of payments.
"""
