// Draws the captcha on the canvas, pixel by pixel: no img is left to copy from.
const canvas = document.getElementById("captcha");
const image = new Image();
image.addEventListener("load", () => {
  canvas.getContext("2d").drawImage(image, 0, 0);
  canvas.dataset.drawn = "yes";
});
image.src = canvas.dataset.source;
