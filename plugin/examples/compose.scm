; compose.scm - composes photo.png, a layer of another image and a file, with Script-Fu; the result is composed.xcf.
; gimp-console -i --quit --batch-interpreter=plug-in-script-fu-eval -b "$(cat compose.scm)"
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "photo.png")))
       (other (car (gimp-file-load RUN-NONINTERACTIVE "other.png")))
       (layers (car (gimp-image-get-layers image))))
  (plug-in-seedream-compose #:run-mode RUN-NONINTERACTIVE #:image image #:drawables layers
                            #:layers (car (gimp-image-get-layers other)) #:files (list "third.jpg") #:order "1,3,2"
                            #:prompt "the rocket of image 2 and the cat of image 3 beside the cup of image 1")
  (gimp-file-save RUN-NONINTERACTIVE image "composed.xcf")
  (gimp-image-delete other)
  (gimp-image-delete image))
