; Edits a photograph's layer, as a script would. PHOTO and OUT are put in by test_headless.py.
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "PHOTO")))
       (layer (vector-ref (car (gimp-image-get-layers image)) 0))
       (result (plug-in-seedream-edit #:run-mode RUN-NONINTERACTIVE #:image image #:drawables (vector layer)
                                      #:prompt "warmer light" #:provider "sandbox")))
  (gimp-message (string-append "layers: " (number->string (vector-length (car (gimp-image-get-layers image))))))
  (gimp-file-save RUN-NONINTERACTIVE image "OUT")
  (gimp-image-delete image))
