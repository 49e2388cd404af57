// SPDX-License-Identifier: Apache-2.0
// Annotation, Document, View and Mmif know each other, so their bodies can only follow when all
// four classes are complete, whichever header a user includes first. No include guard: each of the
// headers tries.
#include <clams/mmif/mmif.hpp>

#if defined(CLAMS_MMIF_HAS_ANNOTATION) && defined(CLAMS_MMIF_HAS_DOCUMENT) && \
    defined(CLAMS_MMIF_HAS_VIEW) && defined(CLAMS_MMIF_HAS_MMIF)
#include <clams/mmif/impl/anchors.ipp>
#include <clams/mmif/impl/annotation.ipp>
#include <clams/mmif/impl/document.ipp>
#include <clams/mmif/impl/input_remarks.ipp>
#include <clams/mmif/impl/mmif.ipp>
#include <clams/mmif/impl/mmif_queries.ipp>
#include <clams/mmif/impl/mmif_reader.ipp>
#include <clams/mmif/impl/mmif_relations.ipp>
#include <clams/mmif/impl/mmif_tree.ipp>
#include <clams/mmif/impl/mmif_writer.ipp>
#include <clams/mmif/impl/reference_checks.ipp>
#include <clams/mmif/impl/view.ipp>
#include <clams/mmif/impl/view_editing.ipp>
#include <clams/mmif/impl/view_metadata_schema.ipp>
#endif
