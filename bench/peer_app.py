# SPDX-License-Identifier: Apache-2.0
"""The same app as add_view.cpp, for clams-python: peer_app.py PORT MAX_REQUESTS

MAX_REQUESTS: how many a worker answers before it is replaced; 0: any number.
"""
import sys

from clams import AppMetadata, ClamsApp, Restifier
from mmif import AnnotationTypes, DocumentTypes, Mmif


class AddView(ClamsApp):
    def _appmetadata(self):
        metadata = AppMetadata(name="Add View", description="Adds a view with one annotation.",
                               app_license="Apache-2.0", identifier="add-view",
                               url="https://example.org/add-view")
        metadata.add_input(DocumentTypes.TextDocument)
        metadata.add_output(AnnotationTypes.Annotation)
        return metadata

    def _annotate(self, mmif, **parameters):
        if not isinstance(mmif, Mmif):
            mmif = Mmif(mmif)
        view = mmif.new_view()
        self.sign_view(view, parameters)
        view.new_contain(AnnotationTypes.Annotation)
        view.new_annotation(AnnotationTypes.Annotation, label="seen")
        return mmif


if __name__ == "__main__":
    Restifier(AddView(), port=int(sys.argv[1])).serve_production(max_requests=int(sys.argv[2]))
