"""petitionkit as a Django app: desk, forms, admin, commands and checks over Django's own database.

Add ``petitionkit.django`` to ``INSTALLED_APPS``, give it a key, and run Django's ``migrate``::

    INSTALLED_APPS += ["petitionkit.django"]
    PETITIONKIT = {"KEYS": [os.environ["PETITIONKIT_KEY"]]}

``petitionkit.django.desk.site_desk`` is then the desk of the site. Pages, mails and accounts stay
the site's; rules stay the desk's.
"""
