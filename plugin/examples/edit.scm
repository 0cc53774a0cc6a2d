; edit.scm - edits what is selected in photo.png, with Script-Fu; the result is edited.xcf.
; gimp-console -i --quit --batch-interpreter=plug-in-script-fu-eval -b "$(cat edit.scm)"
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "photo.png")))
       (layers (car (gimp-image-get-layers image))))
  (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 200 100 200 180)
  (plug-in-seedream-edit #:run-mode RUN-NONINTERACTIVE #:image image #:drawables layers
                         #:prompt "a cup of tea instead of coffee" #:context "automatic" #:grow 4 #:feather 12)
  (gimp-file-save RUN-NONINTERACTIVE image "edited.xcf")
  (gimp-image-delete image))
