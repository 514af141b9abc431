"""Other systems' histories, in and out.

`read files -> rows -> facts -> commands -> do -> reconcile`: each step pure but the storing.
"""
