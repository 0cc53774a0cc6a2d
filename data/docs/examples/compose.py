import gi
gi.require_version("Seedream", "1")
from gi.repository import GLib, Seedream

def on_drawn(job, result):
    loop.quit()
    job.run_finish(result)
    GLib.file_set_contents("both.png", job.get_image(0).get_bytes().get_data())

loop = GLib.MainLoop()
request = Seedream.Request.new(Seedream.Operation.COMPOSE, "The cat of image 2 beside the person of image 1")
for name in ("astronaut.png", "cat.png"):
    request.add_image(Seedream.Image.new_from_bytes(GLib.Bytes.new(open(name, "rb").read())))
Seedream.Client.new("sandbox").create_job(request).run_async(None, on_drawn)
loop.run()
