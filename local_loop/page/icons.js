// Draw the icons of the page, with lines.

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" })) svg.setAttribute(name, value);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const cross = () => icon("M4 4l8 8M12 4l-8 8");
export const plus = () => icon("M8 3v10M3 8h10");
export const lock = () => icon("M4 7.5h8v5.5H4zM5.5 7.5V5.5a2.5 2.5 0 0 1 5 0v2");
export const target = () => icon("M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4M8 11.5a3.5 3.5 0 1 0 0-7a3.5 3.5 0 1 0 0 7");
export const frame = () => icon("M4.5 1v10.5H15M1 4.5h10.5V15");
