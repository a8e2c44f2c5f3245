// A function that changes nothing. Tests check its place.
function handler(event) {
    return event.request;
}
