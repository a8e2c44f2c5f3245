// A function that changes nothing, for the tests of where one is put.
function handler(event) {
    return event.request;
}
