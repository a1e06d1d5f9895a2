internal import Glibc

/// The directory a socket is put in: made when missing, refused when someone else could swap the
/// socket under the clients.
enum SocketDirectory {
    static func prepare(_ directory: String) throws(SocketError) {
        try make(directory)
        let shared = isOpenToAll(parentDirectory(of: directory))
        if shared, directory != "/" { try refuseStrangers(directory) }
    }

    /// Makes what is missing of the path. What others could reach into is closed to them.
    private static func make(_ directory: String) throws(SocketError) {
        if try isDirectory(directory) { return }
        let above = parentDirectory(of: directory)
        try make(above)
        let mode: mode_t = isOpenToAll(above) ? 0o700 : 0o755
        if unsafe mkdir(directory, mode) != 0, errno != EEXIST {
            throw .system("cannot make \(directory) for the socket")
        }
        // The umask may have taken bits away that clients need to reach the socket.
        if unsafe chmod(directory, mode) != 0 {
            throw .system("cannot set the mode of \(directory)")
        }
    }

    private static func isDirectory(_ path: String) throws(SocketError) -> Bool {
        var status = stat()
        if unsafe stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return true }
            throw SocketError(.directory, "\(path) is not a directory; choose another --socket")
        }
        if errno == ENOENT { return false }
        throw .system("cannot look at \(path)")
    }

    private static func isOpenToAll(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IWOTH != 0
    }

    /// In a place like /tmp anyone can have made the directory before us.
    private static func refuseStrangers(_ directory: String) throws(SocketError) {
        var status = stat()
        guard unsafe lstat(directory, &status) == 0 else {
            throw .system("cannot look at \(directory)")
        }
        let ours = status.st_uid == geteuid() || status.st_uid == 0
        let closed = status.st_mode & (S_IWGRP | S_IWOTH) == 0
        if status.st_mode & S_IFMT == S_IFDIR, ours, closed { return }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        throw SocketError(
            .directory,
            "\(directory) (uid \(status.st_uid), mode 0\(mode)) could be used by "
                + "others to take the socket's place; it must be a directory of uid \(geteuid()) "
                + "that nobody else can write to; remove it or choose another --socket")
    }
}
