// Where the pages are served: the address that `make deploy-web` prints. It must be https, and allowed as README.md says.
module.exports = { site: "https://posthouse.example" };
