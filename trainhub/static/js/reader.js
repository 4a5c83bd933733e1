// The lesson reader: checkpoints, place, notes, keys.
import { bindCheckpoints } from "./checkpoint.js";
import { bindPlace } from "./place.js";
import { bindNote } from "./notes.js";
import { bindKeys } from "./keys.js";

const reader = document.querySelector("[data-reader]");
bindCheckpoints(reader);
bindPlace(reader);
bindNote(reader);
bindKeys(reader);
