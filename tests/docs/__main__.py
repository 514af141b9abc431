"""Write the generated parts of the reference anew."""

import sys

from tests.docs.pages import reference
from tests.docs.reference import parts

for page in reference():
    text = page.filled(parts())
    if text != page.text:
        page.path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {page.name}\n")
