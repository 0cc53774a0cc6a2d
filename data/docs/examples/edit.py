import gi
gi.require_version("Seedream", "1")
from gi.repository import GLib, Seedream

def on_drawn(job, result):
    loop.quit()
    job.run_finish(result)
    GLib.file_set_contents("sunny.png", job.get_image(0).get_bytes().get_data())

loop = GLib.MainLoop()
photo = Seedream.Image.new_from_bytes(GLib.Bytes.new(open("coffee.png", "rb").read()))
request = Seedream.Request.new(Seedream.Operation.EDIT, "Late sunlight from the left")
request.add_image(photo)
Seedream.Client.new("sandbox").create_job(request).run_async(None, on_drawn)
loop.run()
